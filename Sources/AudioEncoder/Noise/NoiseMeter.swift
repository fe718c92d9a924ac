import CKernels
import NN

/// Tells how far noise has moved the embeddings of a segment (`docs/lab/MODEL.md`, noise adapter).
package struct NoiseMeter: ~Copyable {
  private let weights: NoiseMeterWeights
  private var normed = FloatBuffer(count: 0)
  private var hidden = FloatBuffer(count: 0)
  private let product: FloatBuffer

  /// Makes a meter with memory of its own.
  package init(weights: NoiseMeterWeights) {
    self.weights = weights
    let layers = [weights.fc1, weights.fc2]
    product = FloatBuffer(count: layers.map(\.weights.scratchCount).max() ?? 0)
  }

  /// How far noise has moved `x`: 0 not at all, 1 as far as the mean of all embeddings; and the share of
  /// the adapter's change that belongs to such a segment, 0...1.
  package mutating func measure(_ x: Embeddings) -> (noisiness: Float, opening: Float) {
    precondition(x.width == weights.width)
    guard x.frames > 0 else { return (0, 0) }
    normed.reserve(x.frames * x.width)
    hidden.reserve(x.frames * NoiseMeterWeights.inner)
    let noisiness = MatrixView.reading(x.values, rows: x.frames, columns: x.width) { level($0) }
    return (noisiness, weights.opening(at: noisiness))
  }

  /// The noisiness of `x [T, width]`.
  private func level(_ x: MatrixView) -> Float {
    let y = normed.matrix(x.rows, x.columns)
    weights.norm(x, into: y)
    let layer = hidden.matrix(x.rows, NoiseMeterWeights.inner)
    weights.fc1(y, ending: .gelu, into: layer, scratch: product)
    let mean = normed.matrix(1, layer.columns)
    for column in 0..<layer.columns {
      var sum = 0.0
      for row in 0..<layer.rows { sum += Double(layer.base[row * layer.columns + column]) }
      mean.base[column] = Float(sum / Double(layer.rows))
    }
    let logit = hidden.matrix(1, 1)
    weights.fc2(mean, into: logit, scratch: product)
    vk_sigmoid(logit.base, 1)
    return logit.base[0]
  }
}

/// The parameters of `NoiseMeter`, loaded once and shared by all threads.
package struct NoiseMeterWeights: Sendable {
  /// Width of an embedding.
  package let width: Int
  static let inner = 64

  let norm: LayerNorm
  let fc1: Linear
  let fc2: Linear
  /// Noisiness up to which nothing changes, and from which on the whole change is added.
  private let bounds: (low: Float, high: Float)

  /// Loads its part of `adapter` of the model at `root`.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["adapter"]
    width = try scope["noise_norm"].length(of: "weight")
    norm = try LayerNorm(scope["noise_norm"], size: width)
    fc1 = try Linear(
      scope["noise_fc1"], inputs: width, outputs: Self.inner, hasBias: true)
    fc2 = try Linear(scope["noise_fc2"], inputs: Self.inner, outputs: 1, hasBias: true)
    let opening = try scope.f32("opening", shape: [2]).elements
    bounds = (opening[0], opening[1])
  }

  /// The share of the change that a segment of such noisiness gets.
  func opening(at noisiness: Float) -> Float {
    guard noisiness > bounds.low else { return 0 }
    return min(max((noisiness - bounds.low) / (bounds.high - bounds.low), 0), 1)
  }
}
