import CKernels

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
    weights = PackedMatrix(
      try scope.weight("weight", shape: [outputs, inputs]), outputs: outputs, inputs: inputs)
    bias = hasBias ? try scope.f32("bias", shape: [outputs]).elements : nil
  }

  /// Loads f32 `weight` (and `bias`) of the layer at `scope`, the weight as 16-bit values.
  package init(
    pairs scope: WeightScope, inputs: Int, outputs: Int, hasBias: Bool = false
  ) throws(WeightError) {
    weights = PackedMatrix(
      i16: try scope.f32("weight", shape: [outputs, inputs]), outputs: outputs, inputs: inputs)
    bias = hasBias ? try scope.f32("bias", shape: [outputs]).elements : nil
  }

  /// Loads layers that read the same input, as one with the outputs of all; those `withBias` (an index
  /// for each) have a bias, and of the others it is 0.
  package init(
    joining scopes: [WeightScope], inputs: Int, outputs: Int, withBias: Set<Int> = []
  ) throws(WeightError) {
    var parts: [WeightTensor] = []
    var bias: [Float] = []
    for (index, scope) in scopes.enumerated() {
      parts.append(try scope.weight("weight", shape: [outputs, inputs]))
      bias +=
        withBias.contains(index)
        ? try scope.f32("bias", shape: [outputs]).elements
        : Array(repeating: 0, count: outputs)
    }
    weights = PackedMatrix(joining: parts, outputs: outputs, inputs: inputs)
    self.bias = withBias.isEmpty ? nil : bias
  }

  /// Makes a layer of weights that were packed before.
  package init(weights: PackedMatrix, bias: [Float]?) {
    self.weights = weights
    self.bias = bias
  }

  /// `output [m, outputs] = input [m, inputs] Wᵀ + b`, ended as `ending` says; 8-bit weights
  /// meet rows on the grids that `rows` names.
  package func callAsFunction(
    _ input: MatrixView, rows: RowGrid = .wide, ending: Ending = .store, into output: MatrixView,
    scratch: borrowing FloatBuffer
  ) {
    precondition(scratch.count >= weights.scratchCount, "scratch too small")
    weights.multiply(
      input, rows: rows, bias: bias, ending: ending, into: output, scratch: scratch.base)
  }
}

extension PackedMatrix {
  /// Packs a weight `[outputs, inputs, taps]` as a model file holds it.
  package convenience init(
    _ weight: WeightTensor, outputs: Int, inputs: Int, taps: Int = 1
  ) {
    switch weight {
    case .float(let tensor):
      self.init(f32: tensor, outputs: outputs, inputs: inputs, taps: taps)
    case .quantized(let tensor):
      self.init(u8: [tensor], outputs: outputs, inputs: inputs, taps: taps)
    }
  }

  /// Packs weights `[outputs, inputs]` that read the same input, as one matrix; in 8 bits where all
  /// of them are, and fill whole panels or share their zero point.
  convenience init(joining parts: [WeightTensor], outputs: Int, inputs: Int) {
    let quantized = parts.compactMap { part in
      if case .quantized(let tensor) = part { tensor } else { nil }
    }
    if quantized.count == parts.count, outputs.isMultiple(of: vk_u8_panel_width()) {
      self.init(u8: quantized, outputs: outputs, inputs: inputs)
    } else if quantized.count == parts.count, let joined = QuantizedTensor(joining: quantized) {
      self.init(u8: [joined], outputs: parts.count * outputs, inputs: inputs)
    } else {
      let values = parts.flatMap(\.values)
      self.init(
        f32: TensorView(values, shape: [parts.count * outputs, inputs]),
        outputs: parts.count * outputs, inputs: inputs)
    }
  }
}
