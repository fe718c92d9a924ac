import Foundation
import NN

/// Whisper's front end (Radford et al. 2022, `whisper/audio.py`): the logarithms of the powers in 80 or
/// 128 mel bands, every 10 ms, over a window of 30 s.
///
///     samples [N], zeros up to 480,000 -> 200 mirrored at both ends -> frames of 400 every 160,
///       the last one left out -> periodic Hann window -> powers [3000, 201] -> mel [3000, bands]
///       -> log10 (at least 1e-10) -> at least the maximum - 8 -> (x + 4) / 4
package struct LogMel: Sendable {
  /// Samples of a window: 30 s at 16 kHz.
  package static let samples = 480_000
  /// Frames of a window.
  package static let frames = 3000
  static let step = 160
  private static let margin = FoldedTransform.points / 2
  /// Frames that are transformed together: they stay in the second cache.
  private static let block = 100
  private static let floor: Float = 1e-10
  private static let range: Float = 8

  /// Bands of the mel scale.
  package let bands: Int
  private let transform = FoldedTransform()
  private let filters: PackedMatrix
  private let window: [Float]

  /// A front end of `bands` bands.
  package init(bands: Int) {
    self.bands = bands
    let bins = FoldedTransform.bins
    let weights = MelFilters.weights(filters: bands, bins: bins, sampleRate: 16_000)
    let ordered = (0..<bands).flatMap { band in
      FoldedTransform.order.map { weights[band * bins + $0] }
    }
    filters = PackedMatrix(
      f32: TensorView(ordered, shape: [bands, bins]), outputs: bands, inputs: bins)
    let points = FoldedTransform.points
    window = (0..<points).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(points))) }
  }

  /// Memory of a call.
  package struct Scratch: ~Copyable {
    /// A window's samples with their margins.
    let padded = FloatBuffer(count: LogMel.samples + 2 * LogMel.margin)
    /// Powers of a block of frames.
    let powers = FloatBuffer(count: LogMel.block * FoldedTransform.bins)
    let transform = FloatBuffer(count: FoldedTransform.scratchCount(frames: LogMel.block))

    package init() {}
  }

  /// Fills `output [3000, bands]` from at most 480,000 samples in -1...1.
  package func callAsFunction(
    _ samples: [Float], into output: MatrixView, scratch: borrowing Scratch
  ) {
    precondition(samples.count <= Self.samples && output.rows == Self.frames)
    precondition(output.columns == bands && output.stride == bands)
    pad(samples, into: scratch.padded.base)
    // Frames that begin behind the last sample are silence.
    let frames = min((samples.count + Self.margin) / Self.step + 1, Self.frames)
    transform(frames, into: output, scratch)
    let silence = output.rows(frames..<Self.frames)
    silence.base.update(repeating: 0, count: silence.rows * bands)
    compress(output.base, output.count)
  }

  /// The samples with zeros behind them and 200 mirrored ones at both ends, without the end samples
  /// themselves.
  private func pad(_ samples: [Float], into padded: UnsafeMutablePointer<Float>) {
    let (count, margin) = (Self.samples, Self.margin)
    let start = padded + margin
    start.update(repeating: 0, count: count)
    samples.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { start.update(from: base, count: buffer.count) }
    }
    for distance in 1...margin {
      start[-distance] = start[distance]
      start[count - 1 + distance] = start[count - 1 - distance]
    }
  }

  /// Mel powers of the first `frames` frames of the padded samples.
  private func transform(
    _ frames: Int, into output: MatrixView, _ scratch: borrowing Scratch
  ) {
    for first in stride(from: 0, to: frames, by: Self.block) {
      let count = min(Self.block, frames - first)
      let powers = scratch.powers.matrix(count, FoldedTransform.bins)
      transform.powers(
        of: scratch.padded.base + first * Self.step, frames: count, step: Self.step,
        window: window, into: powers, scratch: scratch.transform)
      filters.multiply(
        powers, into: output.rows(first..<first + count), scratch: scratch.transform.base)
    }
  }

  /// Powers to the values that the network reads, in place.
  private func compress(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    var largest: Float = -.infinity
    for index in 0..<count {
      values[index] = log10(max(values[index], Self.floor))
      largest = max(largest, values[index])
    }
    for index in 0..<count {
      values[index] = (max(values[index], largest - Self.range) + 4) / 4
    }
  }
}
