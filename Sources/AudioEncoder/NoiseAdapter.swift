import CKernels
import NN

/// Brings the embeddings of a segment in noise nearer to those of the same speech without noise
/// (`docs/MODEL.md`). Clean segments come back as they were, bit for bit.
package struct NoiseAdapter: ~Copyable {
  private let weights: NoiseAdapterWeights
  private var normed = FloatBuffer(count: 0)
  private var hidden = FloatBuffer(count: 0)
  private let product: FloatBuffer
  private var blocks: TimedBlockScratch

  /// Makes an adapter with memory of its own.
  package init(weights: NoiseAdapterWeights) {
    self.weights = weights
    let layers = [weights.noiseFC1, weights.noiseFC2, weights.output]
    product = FloatBuffer(count: layers.map(\.weights.scratchCount).max() ?? 0)
    blocks = TimedBlockScratch(weights.blocks, NoiseAdapterWeights.block)
  }

  /// The segment's embeddings with noise taken off, how noisy it is (0 to 1), and the share of the
  /// learned change that was added; 0 leaves the embeddings alone.
  package mutating func adapt(
    _ x: Embeddings
  ) -> (embeddings: Embeddings, noisiness: Float, opening: Float) {
    precondition(x.width == NoiseAdapterWeights.width)
    guard x.frames > 0 else { return (x, 0, 0) }
    normed.reserve(x.frames * x.width)
    hidden.reserve(x.frames * x.width)
    return MatrixView.reading(x.values, rows: x.frames, columns: x.width) { input in
      let noisiness = measure(input)
      let opening = share(noisiness)
      guard opening > 0 else { return (x, noisiness, 0) }
      let change = fullChange(input)
      let values = Array<Float>(unsafeUninitializedCapacity: x.values.count) { buffer, count in
        for index in 0..<x.values.count {
          buffer.initializeElement(at: index, to: input.base[index] + opening * change.base[index])
        }
        count = x.values.count
      }
      return (Embeddings(frames: x.frames, width: x.width, values: values), noisiness, opening)
    }
  }

  /// How far noise has moved `x [T, 288]`: 0 not at all, 1 as far as the mean of all embeddings.
  private func measure(_ x: MatrixView) -> Float {
    let y = normed.matrix(x.rows, x.columns)
    weights.noiseNorm(x, into: y)
    let layer = hidden.matrix(x.rows, NoiseAdapterWeights.noiseWidth)
    weights.noiseFC1(y, ending: .gelu, into: layer, scratch: product)
    let mean = normed.matrix(1, layer.columns)
    for column in 0..<layer.columns {
      var sum = 0.0
      for row in 0..<layer.rows { sum += Double(layer.base[row * layer.columns + column]) }
      mean.base[column] = Float(sum / Double(layer.rows))
    }
    let logit = hidden.matrix(1, 1)
    weights.noiseFC2(mean, into: logit, scratch: product)
    vk_sigmoid(logit.base, 1)
    return logit.base[0]
  }

  /// The share of the change that a segment of such noisiness gets.
  private func share(_ noisiness: Float) -> Float {
    let (low, high) = weights.opening
    guard noisiness > low else { return 0 }
    return min(max((noisiness - low) / (high - low), 0), 1)
  }

  /// What a wide open adapter adds to `x [T, 288]`.
  private mutating func fullChange(_ x: MatrixView) -> MatrixView {
    let h = hidden.matrix(x.rows, x.columns)
    weights.inputNorm(x, into: h)
    let times = Embeddings.times(frames: x.rows)
    for block in weights.blocks { block(h, times: times, scratch: &blocks) }
    let y = normed.matrix(x.rows, x.columns)
    weights.outputNorm(h, into: y)
    weights.output(y, into: h, scratch: product)
    return h
  }
}
