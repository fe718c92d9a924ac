/// A one-dimensional convolution over a sequence `[time, inputs]`, without padding (a caller that
/// needs padding keeps zero rows around its sequence).
///
/// The windows of the sequence are rows that overlap in memory, so this is one matrix product and
/// nothing is copied.
package struct Convolution: Sendable {
  /// Taps of the filter.
  package let kernel: Int
  /// Distance between windows, in time steps.
  package let step: Int
  private let linear: Linear

  /// Loads `weight [outputs, inputs, kernel]` (and `bias [outputs]`) at `scope`.
  package init(
    _ scope: WeightScope, inputs: Int, outputs: Int, kernel: Int, step: Int,
    hasBias: Bool = true
  ) throws(WeightError) {
    self.kernel = kernel
    self.step = step
    let weight = try scope.weight("weight", shape: [outputs, inputs, kernel])
    let bias = hasBias ? try scope.f32("bias", shape: [outputs]).elements : nil
    linear = Linear(
      weights: Self.pack(weight, inputs: inputs, outputs: outputs, kernel: kernel), bias: bias)
  }

  /// `[outputs, inputs, kernel]` to `[outputs, kernel, inputs]`, the order of a window's values.
  private static func pack(
    _ weight: WeightTensor, inputs: Int, outputs: Int, kernel: Int
  ) -> PackedMatrix {
    let shape = [outputs, kernel, inputs]
    let ordered: WeightTensor
    switch weight {
    case .float(let tensor):
      let values = timeMajor(tensor.elements, inputs: inputs, outputs: outputs, kernel: kernel)
      ordered = .float(TensorView(values, shape: shape))
    case .quantized(let tensor):
      let bytes = timeMajor(
        tensor.bytes.elements, inputs: inputs, outputs: outputs, kernel: kernel)
      ordered = .quantized(
        QuantizedTensor(
          bytes: TensorView(bytes, shape: shape), scale: tensor.scale,
          zeroPoint: tensor.zeroPoint))
    }
    return PackedMatrix(
      ordered, outputs: outputs, inputs: inputs * kernel, outputStride: inputs * kernel,
      inputStride: 1)
  }

  private static func timeMajor<Element>(
    _ values: [Element], inputs: Int, outputs: Int, kernel: Int
  ) -> [Element] {
    var result = values
    for output in 0..<outputs {
      let base = output * inputs * kernel
      for tap in 0..<kernel {
        for input in 0..<inputs {
          result[base + tap * inputs + input] = values[base + input * kernel + tap]
        }
      }
    }
    return result
  }

  /// Time steps of the output for `length` of the input; 0 when the input is too short.
  package func outputLength(_ length: Int) -> Int {
    length < kernel ? 0 : (length - kernel) / step + 1
  }

  /// Floats of scratch that a call needs as `panel`.
  package var panelCount: Int { linear.weights.panelCount }

  /// `input [time, inputs]` to `output [outputLength(time), outputs]`.
  package func callAsFunction(
    _ input: MatrixView, into output: MatrixView, panel: borrowing FloatBuffer
  ) {
    linear(input.windows(kernel: kernel, step: step), into: output, panel: panel)
  }
}
