import NN

/// Brings the embeddings of a segment in noise nearer to those of the same speech without noise
/// (`docs/lab/MODEL.md`).
package struct NoiseAdapter: ~Copyable {
  private let weights: NoiseAdapterWeights
  private var normed = FloatBuffer(count: 0)
  private var hidden = FloatBuffer(count: 0)
  private let product: FloatBuffer
  private var blocks: TimedBlockScratch

  /// Makes an adapter with memory of its own.
  package init(weights: NoiseAdapterWeights) {
    self.weights = weights
    product = FloatBuffer(count: weights.output.weights.scratchCount)
    blocks = TimedBlockScratch(weights.blocks, weights.block)
  }

  /// The segment's embeddings with the share `opening`, 0...1, of the learned change added; with 0 they
  /// come back as they were, bit for bit.
  package mutating func adapt(_ x: Embeddings, opening: Float) -> Embeddings {
    precondition(x.width == weights.width)
    guard x.frames > 0, opening > 0 else { return x }
    normed.reserve(x.frames * x.width)
    hidden.reserve(x.frames * x.width)
    return MatrixView.reading(x.values, rows: x.frames, columns: x.width) { input in
      let change = fullChange(input, times: x.clock.times(frames: x.frames))
      let values = Array<Float>(unsafeUninitializedCapacity: x.values.count) { buffer, count in
        for index in 0..<x.values.count {
          buffer.initializeElement(at: index, to: input.base[index] + opening * change.base[index])
        }
        count = x.values.count
      }
      return x.with(values)
    }
  }

  /// What a wide open adapter adds to `x [T, width]` at `times` [T].
  private mutating func fullChange(_ x: MatrixView, times: [Float]) -> MatrixView {
    let h = hidden.matrix(x.rows, x.columns)
    weights.inputNorm(x, into: h)
    for block in weights.blocks { block(h, times: times, scratch: &blocks) }
    let y = normed.matrix(x.rows, x.columns)
    weights.outputNorm(h, into: y)
    weights.output(y, into: h, scratch: product)
    return h
  }
}
