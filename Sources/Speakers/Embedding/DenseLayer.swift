import CKernels
import NN

/// A scale and a shift for each channel, then a rectifier: a batch normalisation that no layer before
/// it could take in.
struct RectifiedScale: Sendable {
  /// Rows that go through it and the layer behind it together.
  private static let run = 24

  private let scale: [Float]
  private let shift: [Float]

  /// Loads `scale [channels]` and `shift [channels]` at `scope`.
  init(_ scope: WeightScope, channels: Int) throws(WeightError) {
    scale = try scope.f32("scale", shape: [channels]).elements
    shift = try scope.f32("shift", shape: [channels]).elements
  }

  /// `input [m, channels]` to `output [m, channels]`.
  func callAsFunction(_ input: MatrixView, into output: MatrixView) {
    precondition(input.columns == scale.count && output.columns == scale.count)
    for row in 0..<input.rows {
      vk_scale_leaky(input.row(row), scale, shift, 0, output.row(row), scale.count)
    }
  }

  /// `input [m, channels]` through `linear` to `output [m, outputs]`, a run of rows at a time, which stays
  /// in the second cache; `memory` holds `[m, channels]` or 24 rows.
  func callAsFunction(
    _ input: MatrixView, into output: MatrixView, by linear: Linear, memory: borrowing FloatBuffer
  ) {
    let none = FloatBuffer(count: 0)
    for start in stride(from: 0, to: input.rows, by: Self.run) {
      let rows = start..<min(input.rows, start + Self.run)
      let x = memory.matrix(rows.count, input.columns)
      self(input.rows(rows), into: x)
      linear(x, into: output.rows(rows), scratch: none)
    }
  }
}

/// What a mask of the embedding network knows of the sound around a step.
package enum MaskContext: Sendable, Hashable {
  /// The mean over the whole sound plus that over the step's run of 2 s: as the network was trained.
  /// For a piece of one voice.
  case whole
  /// Twice the mean over the step's run of half a second and its two neighbours: for a sound with
  /// several voices, of which a piece is pooled afterwards.
  case moving

  /// Steps of a run.
  var run: Int {
    switch self {
    case .whole: 100
    case .moving: 25
    }
  }
}

/// A layer of a densely connected network with context-aware masking (CAM++; Wang et al. 2023): 32 new
/// channels from all before them.
///
///     x [T, C] -> scale, ReLU -> linear, ReLU -> h [T, 128] -> conv 3 -> y [T, 32]
///     context = mean of h over time + mean over its run of 100 steps (or `MaskContext.moving`)
///     y * sigmoid(linear(relu(linear(context))))
struct DenseLayer: Sendable {
  /// Channels inside and channels added.
  static let width = 128
  static let growth = 32
  private static let taps = 3

  private let inputs: Int
  private let dilation: Int
  private let norm: RectifiedScale
  private let bottleneck: Linear
  /// `[3 growth, width]`: the outputs of the first tap, of the second, of the third.
  private let local: PackedMatrix
  private let context1: Linear
  private let context2: Linear

  /// Loads a layer over `inputs` channels at `scope`.
  init(_ scope: WeightScope, inputs: Int, dilation: Int) throws(WeightError) {
    self.inputs = inputs
    self.dilation = dilation
    norm = try RectifiedScale(scope["norm"], channels: inputs)
    bottleneck = try Linear(
      pairs: scope["bottleneck"], inputs: inputs, outputs: Self.width, hasBias: true)
    let weight = try scope.f32("local.weight", shape: [Self.growth, Self.width, Self.taps]).elements
    let rows = (0..<Self.taps).flatMap { tap in
      stride(from: tap, to: weight.count, by: Self.taps).map { weight[$0] }
    }
    local = PackedMatrix(
      i16: TensorView(rows, shape: [Self.taps * Self.growth, Self.width]),
      outputs: Self.taps * Self.growth, inputs: Self.width)
    context1 = try Linear(
      scope["context1"], inputs: Self.width, outputs: Self.width / 2, hasBias: true)
    context2 = try Linear(
      scope["context2"], inputs: Self.width / 2, outputs: Self.growth, hasBias: true)
  }

  /// Adds `growth` channels behind the first `inputs` of `features [T, ...]`.
  ///
  /// - Parameters:
  ///   - features: `[T, ...]`, with room behind the inputs.
  ///   - context: what the mask knows.
  ///   - normed: memory for `[T, inputs]`.
  ///   - inner: memory for `[T + 2 dilation, width]`.
  func callAsFunction(
    _ features: MatrixView, context: MaskContext, normed: borrowing FloatBuffer,
    inner: borrowing FloatBuffer
  ) {
    let time = features.rows
    let padded = inner.matrix(time + 2 * dilation, Self.width)
    padded.base.update(repeating: 0, count: dilation * Self.width)
    padded.row(time + dilation).update(repeating: 0, count: dilation * Self.width)
    let h = padded.rows(dilation..<dilation + time)
    norm(features.columns(0..<inputs), into: h, by: bottleneck, memory: normed)
    vk_relu(h.base, h.count)
    // The inputs are no longer needed: their memory takes what each tap makes of each step.
    let parts = normed.matrix(padded.rows, Self.taps * Self.growth)
    local.multiply(padded, into: parts, scratch: parts.base)
    let y = features.columns(inputs..<inputs + Self.growth)
    let masks = mask(of: h, context: context)
    for row in 0..<time {
      let (first, second) = (parts.row(row), parts.row(row + dilation) + Self.growth)
      let third = parts.row(row + 2 * dilation) + 2 * Self.growth
      let (values, mask) = (y.row(row), masks.base + row / context.run * Self.growth)
      for index in 0..<Self.growth {
        values[index] = (first[index] + second[index] + third[index]) * mask[index]
      }
    }
  }

  /// The masks `[runs, growth]` that the context of `h [T, width]` gives.
  private func mask(of h: MatrixView, context: MaskContext) -> FloatBuffer {
    let run = context.run
    let runs = (h.rows + run - 1) / run
    let memory = FloatBuffer(count: runs * (2 * Self.width + Self.width / 2))
    let result = FloatBuffer(count: runs * Self.growth)
    let means = memory.matrix(runs, Self.width)
    for index in 0..<runs {
      let rows = h.rows(index * run..<min(h.rows, (index + 1) * run))
      vk_column_moments(rows.base, rows.rows, rows.stride, Self.width, means.row(index), nil)
    }
    let contexts = memory.matrix(runs, Self.width, offset: means.count)
    for index in 0..<runs {
      let around =
        switch context {
        case .whole: 0..<runs
        case .moving: max(0, index - 1)..<min(runs, index + 2)
        }
      Self.average(means, around, run: run, steps: h.rows, into: contexts.row(index))
      let own = context == .whole ? means.row(index) : contexts.row(index)
      for place in 0..<Self.width { contexts.row(index)[place] += own[place] }
    }
    let inner = memory.matrix(runs, Self.width / 2, offset: 2 * means.count)
    let masks = result.matrix(runs, Self.growth)
    let none = FloatBuffer(count: 0)
    context1(contexts, into: inner, scratch: none)
    vk_relu(inner.base, inner.count)
    context2(inner, into: masks, scratch: none)
    vk_sigmoid(masks.base, masks.count)
    return result
  }

  /// The mean over the runs `range`, of which only the last run of all may be shorter, from their
  /// `means`.
  private static func average(
    _ means: MatrixView, _ range: Range<Int>, run: Int, steps: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    result.update(repeating: 0, count: width)
    let total = min(steps, range.upperBound * run) - range.lowerBound * run
    for index in range {
      let share = Float(min(steps, (index + 1) * run) - index * run) / Float(total)
      for place in 0..<width { result[place] += means.row(index)[place] * share }
    }
  }
}
