import CKernels

/// Group normalisation (Wu and He 2018) with one group over a whole sequence `[time, channels]`,
/// then a weight and a bias per channel.
package struct GroupNorm: Sendable {
  /// Added to the variance.
  package static let epsilon = 1e-5
  private let weight: [Float]
  private let bias: [Float]

  /// Loads `weight [channels]` and `bias [channels]` at `scope`.
  package init(_ scope: WeightScope, channels: Int) throws(WeightError) {
    weight = try scope.f32("weight", shape: [channels]).elements
    bias = try scope.f32("bias", shape: [channels]).elements
  }

  /// Normalises `x [time, channels]` in place.
  package func callAsFunction(_ x: MatrixView) {
    precondition(x.columns == weight.count)
    var sum = 0.0
    var squares = 0.0
    vk_moments(x.base, x.count, &sum, &squares)
    let mean = sum / Double(x.count)
    let deviation = max(squares / Double(x.count) - mean * mean, 0) + Self.epsilon
    let inverse = 1 / deviation.squareRoot()
    let scales = weight.map { Float(Double($0) * inverse) }
    let shifts = zip(bias, scales).map { Float(Double($0) - mean * Double($1)) }
    for row in 0..<x.rows { vk_affine(x.row(row), scales, shifts, x.columns) }
  }
}
