import CKernels

/// Layer normalisation (Ba, Kiros, Hinton 2016), with or without bias:
/// `y = (x - mean) / sqrt(variance + epsilon) * weight + bias` over each row.
package struct LayerNorm: Sendable {
  /// Added to the variance.
  package static let epsilon: Float = 1e-5
  private let weight: [Float]
  private let bias: [Float]?

  /// Loads `weight [size]`, and `bias [size]` where there is one, at `scope`.
  package init(_ scope: WeightScope, size: Int, hasBias: Bool = false) throws(WeightError) {
    weight = try scope.f32("weight", shape: [size]).elements
    bias = hasBias ? try scope.f32("bias", shape: [size]).elements : nil
  }

  /// `input [m, size]` to `output [m, size]`.
  package func callAsFunction(_ input: MatrixView, into output: MatrixView) {
    precondition(input.columns == weight.count && output.columns == weight.count)
    for row in 0..<input.rows {
      vk_layer_norm(
        input.row(row), weight, bias, Self.epsilon, output.row(row), weight.count)
    }
  }
}
