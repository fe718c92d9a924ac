import CKernels

/// Layer normalisation without bias (Ba, Kiros, Hinton 2016):
/// `y = (x - mean) / sqrt(variance + epsilon) * weight` over each row.
package struct LayerNorm: Sendable {
  /// Added to the variance.
  package static let epsilon: Float = 1e-5
  private let weight: [Float]

  /// Loads `weight [size]` at `scope`.
  package init(_ scope: WeightScope, size: Int) throws(WeightError) {
    weight = try scope.f32("weight", shape: [size]).elements
  }

  /// `input [m, size]` to `output [m, size]`.
  package func callAsFunction(_ input: MatrixView, into output: MatrixView) {
    precondition(input.columns == weight.count && output.columns == weight.count)
    for row in 0..<input.rows {
      vk_layer_norm(input.row(row), weight, Self.epsilon, output.row(row), weight.count)
    }
  }
}
