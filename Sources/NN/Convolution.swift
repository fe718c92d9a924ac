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
      weights: PackedMatrix(
        weight, outputs: outputs, inputs: inputs, taps: kernel),
      bias: bias)
  }

  /// Makes a layer of weights that were packed before.
  package init(kernel: Int, step: Int, linear: Linear) {
    self.kernel = kernel
    self.step = step
    self.linear = linear
  }

  /// Time steps of the output for `length` of the input; 0 when the input is too short.
  package func outputLength(_ length: Int) -> Int {
    length < kernel ? 0 : (length - kernel) / step + 1
  }

  /// Floats of scratch that a call needs.
  package var scratchCount: Int { linear.weights.scratchCount }

  /// `input [time, inputs]` to `output [outputLength(time), outputs]`, ended as `ending` says.
  package func callAsFunction(
    _ input: MatrixView, ending: Ending = .store, into output: MatrixView,
    scratch: borrowing FloatBuffer
  ) {
    multiply(
      windows: input.windows(kernel: kernel, step: step), ending: ending, into: output,
      scratch: scratch)
  }

  /// Some `windows [m, kernel * inputs]` of a sequence to `output [m, outputs]`.
  package func multiply(
    windows: MatrixView, ending: Ending = .store, into output: MatrixView,
    scratch: borrowing FloatBuffer
  ) {
    linear(windows, ending: ending, into: output, scratch: scratch)
  }
}
