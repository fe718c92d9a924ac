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
/// The taps of one frequency are one product in integers with windows that overlap in memory; three of
/// them are added up.
struct FrequencyConvolution: Sendable {
  private static let taps = 3
  /// Steps in time computed together.
  private static let run = 96

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
        i16: TensorView(values, shape: [outputs, inputs, taps]), outputs: outputs, inputs: inputs,
        taps: taps)
    }
    bias = try scope.f32("bias", shape: [outputs]).elements
  }

  /// Each frequency of the output, from `input`, to what `output` gives for it, `[time, outputs]`,
  /// rectified; what that holds is a part of the sum where `isAdded`.
  func callAsFunction(
    _ input: FrequencyMap, isAdded: Bool = false, into output: (Int) -> MatrixView
  ) {
    // The sequences of the last three frequencies on their grids, each by its remainder.
    var grids = (0..<Self.taps).map { _ in PlacedSequence(like: input) }
    var placed = 0
    for frequency in 0..<input.frequencies / step {
      let target = output(frequency)
      let last = min(input.frequencies - 1, frequency * step + 1)
      while placed <= last {
        grids[placed % Self.taps].place(input.padded(placed))
        placed += 1
      }
      // A run's sums stay in the first cache while the taps add to them.
      for start in stride(from: 0, to: target.rows, by: Self.run) {
        let run = start..<min(target.rows, start + Self.run)
        var isFirst = true
        for (tap, weights) in rows.enumerated() {
          let source = frequency * step + tap - 1
          guard source >= 0 && source < input.frequencies else { continue }
          grids[source % Self.taps].multiply(
            run, by: weights, bias: isFirst ? bias : nil, isAdded: !isFirst || isAdded,
            into: target.rows(run))
          isFirst = false
        }
      }
      if target.stride == target.columns {
        vk_relu(target.base, target.count)
      } else {
        for row in 0..<target.rows { vk_relu(target.row(row), target.columns) }
      }
    }
  }
}

/// The padded sequence of a frequency as integers on one grid.
private struct PlacedSequence {
  private let channels: Int
  private var values: [Int16]
  private var step: Float = 0

  /// Memory for a sequence of `map`, with a value more: a window may have an odd number of values.
  init(like map: FrequencyMap) {
    channels = map.channels
    values = Array(repeating: 0, count: (map.time + 2) * map.channels + 1)
  }

  /// Takes a sequence with its zeros.
  mutating func place(_ sequence: MatrixView) {
    precondition(sequence.count < values.count)
    step = values.withUnsafeMutableBufferPointer {
      vk_place_i16(sequence.base, sequence.count, $0.baseAddress)
    }
  }

  /// Multiplies the windows `run`.
  func multiply(
    _ run: Range<Int>, by weights: PackedMatrix, bias: [Float]?, isAdded: Bool,
    into output: MatrixView
  ) {
    precondition(run.upperBound * channels + weights.inputs <= values.count + channels)
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      weights.multiply(
        placed: base + run.lowerBound * channels, stride: channels,
        steps: Array(repeating: step, count: run.count), bias: bias, isAdded: isAdded, into: output)
    }
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
      weights: PackedMatrix(i16: weight, outputs: channels, inputs: channels),
      bias: try scope["shortcut"].f32("bias", shape: [channels]).elements)
  }

  /// `input` to `output`, which has the frequencies of the step; `middle` is as large as `output`.
  func callAsFunction(_ input: FrequencyMap, middle: FrequencyMap, into output: FrequencyMap) {
    middle.clearEnds()
    output.clearEnds()
    first(input) { middle.row($0) }
    let none = FloatBuffer(count: 0)
    second(middle, isAdded: true) { frequency in
      let target = output.row(frequency)
      let source = input.row(frequency * first.step)
      if let shortcut {
        shortcut(source, into: target, scratch: none)
      } else {
        target.base.update(from: source.base, count: source.count)
      }
      return target
    }
  }
}
