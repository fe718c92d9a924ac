import CKernels
import NN

/// A picture of a sound `[frequencies, time, channels]`: each frequency is a sequence with a row of
/// zeros at either end.
struct FrequencyMap {
  let base: UnsafeMutablePointer<Float>
  let frequencies: Int
  let time: Int
  let channels: Int

  /// Floats of a map.
  static func count(frequencies: Int, time: Int, channels: Int) -> Int {
    frequencies * (time + 2) * channels
  }

  /// The sequence of a frequency without its zeros.
  func row(_ frequency: Int) -> MatrixView {
    padded(frequency).rows(1..<time + 1)
  }

  /// The sequence of a frequency with its zeros.
  func padded(_ frequency: Int) -> MatrixView {
    precondition(frequency >= 0 && frequency < frequencies)
    return MatrixView(
      base: base + frequency * (time + 2) * channels, rows: time + 2, columns: channels,
      stride: channels)
  }

  /// Writes the zeros around every sequence.
  func clearEnds() {
    for frequency in 0..<frequencies {
      let sequence = padded(frequency)
      sequence.row(0).update(repeating: 0, count: channels)
      sequence.row(time + 1).update(repeating: 0, count: channels)
    }
  }
}

/// A convolution of 3 x 3 taps over a `FrequencyMap` with zeros around it, whose step is 1 in time.
///
/// The taps of one frequency are one product with windows that overlap in memory; three of them are
/// added up.
struct FrequencyConvolution: Sendable {
  private static let taps = 3

  /// Distance between windows in frequency.
  let step: Int
  private let rows: [PackedMatrix]
  private let bias: [Float]

  /// Loads `weight [outputs, inputs, 3, 3]` and `bias [outputs]` at `scope`.
  init(_ scope: WeightScope, inputs: Int, outputs: Int, step: Int) throws(WeightError) {
    let taps = Self.taps
    self.step = step
    let weight = try scope.f32("weight", shape: [outputs, inputs, taps, taps]).elements
    rows = (0..<taps).map { row in
      let values = (0..<outputs * inputs).flatMap { pair in
        (0..<taps).map { weight[(pair * taps + row) * taps + $0] }
      }
      return PackedMatrix(
        f32: TensorView(values, shape: [outputs, inputs, taps]), outputs: outputs, inputs: inputs,
        taps: taps)
    }
    bias = try scope.f32("bias", shape: [outputs]).elements
  }

  /// Frequency `frequency` of the output, from `input`, to `output [time, outputs]`, rectified; what
  /// `output` holds is a part of the sum where `isAdded`.
  func callAsFunction(
    _ input: FrequencyMap, frequency: Int, isAdded: Bool = false, into output: MatrixView
  ) {
    var isFirst = true
    for (tap, weights) in rows.enumerated() {
      let source = frequency * step + tap - 1
      guard source >= 0 && source < input.frequencies else { continue }
      weights.multiply(
        input.padded(source).windows(kernel: Self.taps, step: 1), bias: isFirst ? bias : nil,
        ending: isFirst && !isAdded ? .store : .add, into: output, scratch: output.base)
      isFirst = false
    }
    for row in 0..<output.rows { vk_relu(output.row(row), output.columns) }
  }
}

/// A residual block (He et al. 2016): `relu(second(relu(first(x))) + shortcut(x))`, with a shortcut of
/// one tap where the step in frequency is 2.
struct ResidualBlock: Sendable {
  private let first: FrequencyConvolution
  private let second: FrequencyConvolution
  private let shortcut: Linear?

  init(_ scope: WeightScope, channels: Int, step: Int) throws(WeightError) {
    first = try FrequencyConvolution(
      scope["first"], inputs: channels, outputs: channels, step: step)
    second = try FrequencyConvolution(
      scope["second"], inputs: channels, outputs: channels, step: 1)
    guard step > 1 else {
      shortcut = nil
      return
    }
    let weight = try scope["shortcut"].f32("weight", shape: [channels, channels, 1, 1])
    shortcut = Linear(
      weights: PackedMatrix(f32: weight, outputs: channels, inputs: channels),
      bias: try scope["shortcut"].f32("bias", shape: [channels]).elements)
  }

  /// `input` to `output`, which has the frequencies of the step; `middle` is as large as `output`.
  func callAsFunction(_ input: FrequencyMap, middle: FrequencyMap, into output: FrequencyMap) {
    middle.clearEnds()
    output.clearEnds()
    for frequency in 0..<middle.frequencies {
      first(input, frequency: frequency, into: middle.row(frequency))
    }
    let none = FloatBuffer(count: 0)
    for frequency in 0..<output.frequencies {
      let target = output.row(frequency)
      let source = input.row(frequency * first.step)
      if let shortcut {
        shortcut(source, into: target, scratch: none)
      } else {
        target.base.update(from: source.base, count: source.count)
      }
      second(middle, frequency: frequency, isAdded: true, into: target)
    }
  }
}
