import CKernels
import Foundation
import NN
import Support

/// What is heard in a window of `PyanNetConfig.frames` frames.
package struct HeardWindow: Sendable {
  /// The likeliest class of each frame, as raw values of `PowersetClass`.
  package fileprivate(set) var classes: [UInt8]
  /// The probability that two talk in each frame, in 255ths.
  package fileprivate(set) var overlap: [UInt8]
}

/// Tells for each frame of a window which of up to three speakers are heard (PyanNet; Bredin et al.
/// 2020, with powerset classes: Plaquet and Bredin 2023).
///
///     samples [160000] -> instance norm -> sinc filters 251/10, magnitude -> pool 3 -> [5325, 80]
///       -> norm, leaky ReLU -> conv 5 -> pool 3 -> [1773, 60] -> norm, leaky ReLU -> conv 5 -> pool 3
///       -> norm, leaky ReLU -> [589, 60] -> 4 x bidirectional LSTM -> [589, 256]
///       -> 2 x (linear, leaky ReLU) -> [589, 128] -> linear -> [589, 7]
///
/// All norms see the whole window, so neither its level nor its place matters. Windows go through the
/// recurrence together.
package struct PyanNet: ~Copyable {
  /// Windows that go through the recurrence together: as many as the product's tile has rows.
  package static let batch = 6
  /// A window in which nobody is heard.
  static let silence = HeardWindow(
    classes: Array(repeating: PowersetClass.none.rawValue, count: PyanNetConfig.frames),
    overlap: Array(repeating: 0, count: PyanNetConfig.frames))

  private let weights: PyanNetWeights
  /// `[window]`
  private let wave: FloatBuffer
  /// A run of a convolution's output, before its pool.
  private let run: FloatBuffer
  /// `[5325, 80]` and `[1773, 60]`
  private let first: FloatBuffer
  private let second: FloatBuffer
  /// `[589, 60]`
  private let third: FloatBuffer
  /// `[589 batch, 256]` each.
  private let even: FloatBuffer
  private let odd: FloatBuffer
  private let recurrence: FloatBuffer

  /// Pooled positions computed at a time: what the convolution gives stays in the second cache.
  private static let pooledRun = 128

  /// A network over shared `weights` with scratch of its own.
  package init(weights: PyanNetWeights) {
    typealias C = PyanNetConfig
    let (l1, l2) = (Self.pooledLength(Self.filtered), Self.pooledLength(Self.second))
    self.weights = weights
    wave = FloatBuffer(count: C.window)
    run = FloatBuffer(count: 3 * Self.pooledRun * C.channels[0])
    first = FloatBuffer(count: l1 * C.channels[0])
    second = FloatBuffer(count: l2 * C.channels[1])
    third = FloatBuffer(count: C.frames * C.channels[2])
    even = FloatBuffer(count: C.frames * Self.batch * 2 * C.hidden)
    odd = FloatBuffer(count: C.frames * Self.batch * 2 * C.hidden)
    recurrence = FloatBuffer(
      count: weights.layers.map { $0.scratchCount(sequences: Self.batch) }.max() ?? 0)
  }

  /// Positions of the sinc filters, and of the convolution after their pool.
  private static let filtered =
    (PyanNetConfig.window - PyanNetConfig.filterTaps) / PyanNetConfig.filterStep + 1
  private static let second = pooledLength(filtered) - PyanNetConfig.taps + 1

  private static func pooledLength(_ length: Int) -> Int { length / 3 }

  /// Who is heard in each frame of up to `batch` windows.
  ///
  /// - Parameter windows: each of `PyanNetConfig.window` finite samples, full scale 1.
  /// - Returns: what is heard in each.
  package mutating func classify(_ windows: [ArraySlice<Float>]) -> [HeardWindow] {
    logits(windows).map { logits in
      let classes = PowersetClass.allCases.count
      let pairs = Int(PowersetClass.firstAndSecond.rawValue)
      var heard = HeardWindow(classes: [], overlap: [])
      for start in stride(from: 0, to: logits.count, by: classes) {
        let row = Array(logits[start..<start + classes])
        let best = row.indices.max { row[$0] < row[$1] } ?? 0
        let weights = row.map { exp($0 - row[best]) }
        let share = weights[pairs...].reduce(0, +) / weights.reduce(0, +)
        heard.classes.append(UInt8(best))
        heard.overlap.append(UInt8(clamping: Int(saturating: Double(share * 255).rounded())))
      }
      return heard
    }
  }

  /// The classes' logits `[frames, 7]` of each window, before their softmax.
  package mutating func logits(_ windows: [ArraySlice<Float>]) -> [[Float]] {
    typealias C = PyanNetConfig
    precondition(windows.count <= Self.batch && windows.allSatisfy { $0.count == C.window })
    let count = windows.count
    guard count > 0 else { return [] }
    var input = odd.matrix(C.frames * count, C.channels[2])
    for (index, window) in windows.enumerated() {
      let features = convolve(window)
      for frame in 0..<C.frames {
        input.row(frame * count + index).update(
          from: features.row(frame), count: C.channels[2])
      }
    }
    for (index, layer) in weights.layers.enumerated() {
      let output = (index % 2 == 0 ? even.base : odd.base)
      let states = MatrixView(
        base: output, rows: C.frames * count, columns: 2 * C.hidden, stride: 2 * C.hidden)
      layer(input, sequences: count, into: states, scratch: recurrence)
      input = states
    }
    let result = classify(input)
    let classes = PowersetClass.allCases.count
    return (0..<count).map { window in
      (0..<C.frames).flatMap { frame in
        UnsafeBufferPointer(start: result.row(frame * count + window), count: classes)
      }
    }
  }

  /// A window's samples to frames `[589, 60]`, which are valid until the next call.
  private mutating func convolve(_ window: ArraySlice<Float>) -> MatrixView {
    typealias C = PyanNetConfig
    normaliseWave(window)
    let l1 = Self.pooledLength(Self.filtered)
    let pooled = first.matrix(l1, C.channels[0])
    let rows = MatrixView(
      base: wave.base, rows: Self.filtered, columns: C.filterTaps, stride: C.filterStep)
    pool(rows, into: pooled, magnitude: true) { rows, output in
      weights.filters.multiply(rows, into: output, scratch: output.base)
    }
    weights.norms[0](pooled, slope: C.slope)
    let l2 = Self.pooledLength(Self.second)
    let middle = second.matrix(l2, C.channels[1])
    let none = FloatBuffer(count: 0)
    for (index, (source, target)) in [
      (pooled, middle), (middle, third.matrix(C.frames, C.channels[2])),
    ]
    .enumerated() {
      let convolution = weights.convolutions[index]
      pool(source.windows(kernel: C.taps, step: 1), into: target, magnitude: false) {
        rows, output in
        convolution.multiply(windows: rows, into: output, scratch: none)
      }
      weights.norms[index + 1](target, slope: C.slope)
    }
    return third.matrix(C.frames, C.channels[2])
  }

  /// Calls `product` for runs of `rows`, and pools what it gives by threes into `output`.
  private func pool(
    _ rows: MatrixView, into output: MatrixView, magnitude: Bool,
    _ product: (MatrixView, MatrixView) -> Void
  ) {
    precondition(output.rows * 3 <= rows.rows)
    for start in stride(from: 0, to: output.rows, by: Self.pooledRun) {
      let count = min(Self.pooledRun, output.rows - start)
      let full = run.matrix(3 * count, output.columns)
      product(rows.rows(3 * start..<3 * (start + count)), full)
      vk_max_of_three(
        full.base, count, output.columns, magnitude ? 1 : 0, output.row(start))
    }
  }

  /// The wave with mean 0 and variance 1, scaled and shifted.
  private func normaliseWave(_ window: ArraySlice<Float>) {
    typealias C = PyanNetConfig
    window.withUnsafeBufferPointer { samples in
      guard let source = samples.baseAddress else { return }
      wave.base.update(from: source, count: C.window)
    }
    var sum = 0.0
    var squares = 0.0
    vk_moments(wave.base, C.window, &sum, &squares)
    let mean = sum / Double(C.window)
    let variance = max(0, squares / Double(C.window) - mean * mean)
    let scale = Double(weights.waveScale) / (variance + C.epsilon).squareRoot()
    let (factor, shift) = (Float(scale), Float(Double(weights.waveShift) - mean * scale))
    for index in 0..<C.window { wave.base[index] = wave.base[index] * factor + shift }
  }

  /// The LSTM's states `[rows, 256]` to logits `[rows, 7]`, in memory of the other buffer.
  private func classify(_ states: MatrixView) -> MatrixView {
    typealias C = PyanNetConfig
    let none = FloatBuffer(count: 0)
    let other = states.base == even.base ? odd.base : even.base
    var input = states
    var place = other
    for layer in weights.linear {
      let output = MatrixView(base: place, rows: states.rows, columns: C.hidden, stride: C.hidden)
      layer(input, into: output, scratch: none)
      vk_scale_leaky(output.base, nil, nil, C.slope, output.base, output.count)
      input = output
      place += output.count
    }
    let classes = PowersetClass.allCases.count
    let output = MatrixView(base: states.base, rows: states.rows, columns: classes, stride: classes)
    weights.classifier(input, into: output, scratch: none)
    return output
  }
}
