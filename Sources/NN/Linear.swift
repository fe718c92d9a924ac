/// A fully connected layer `y = x Wᵀ + b`, weights `[outputs, inputs]` as f32 or 8-bit.
package struct Linear: Sendable {
  /// The packed weights.
  package let weights: PackedMatrix
  /// `[outputs]`, or nil for a layer without bias.
  package let bias: [Float]?

  /// Loads `weight` (and `bias`) of the layer at `scope`.
  package init(
    _ scope: WeightScope, inputs: Int, outputs: Int, hasBias: Bool = false
  ) throws(WeightError) {
    let weight = try scope.weight("weight", shape: [outputs, inputs])
    weights = PackedMatrix(
      weight, outputs: outputs, inputs: inputs, outputStride: inputs, inputStride: 1)
    bias = hasBias ? try scope.f32("bias", shape: [outputs]).elements : nil
  }

  /// Makes a layer of weights that were packed before.
  package init(weights: PackedMatrix, bias: [Float]?) {
    self.weights = weights
    self.bias = bias
  }

  /// `output [m, outputs] = input [m, inputs] Wᵀ + b`, or `+=` when `accumulate`.
  package func callAsFunction(
    _ input: MatrixView, accumulate: Bool = false, into output: MatrixView,
    panel: borrowing FloatBuffer
  ) {
    precondition(panel.count >= weights.panelCount, "panel scratch too small")
    weights.multiply(
      input, bias: bias, accumulate: accumulate, into: output, panel: panel.base)
  }
}

extension PackedMatrix {
  /// Packs a weight as a model file holds it: `w[output, input]` lies at
  /// `output * outputStride + input * inputStride`.
  package convenience init(
    _ weight: WeightTensor, outputs: Int, inputs: Int, outputStride: Int, inputStride: Int
  ) {
    switch weight {
    case .float(let tensor):
      self.init(
        f32: tensor, outputs: outputs, inputs: inputs, outputStride: outputStride,
        inputStride: inputStride)
    case .quantized(let tensor):
      self.init(
        u8: tensor, outputs: outputs, inputs: inputs, outputStride: outputStride,
        inputStride: inputStride)
    }
  }
}
