import Foundation
import NN

/// Kaldi's logarithmic mel filterbank: 80 mels from 20 Hz to 8 kHz, 25 ms every 10 ms, whole frames
/// only, without dither.
///
/// Taking off a frame's mean, pre-emphasis, the window and the Fourier transform are linear, so they
/// are one matrix, and frames are rows that overlap: the spectrum is one product with the samples, the
/// mels another with its power.
package struct MelFilterbank: Sendable {
  /// Samples of a frame and from a frame to the next.
  package static let frame = 400
  package static let step = 160
  /// Values of a frame.
  package static let mels = 80

  private static let transform = 512
  /// Frequencies from 0 up to the one below 8 kHz, which carries no weight.
  private static let bins = 256
  private static let preEmphasis = 0.97
  /// The least power of a mel.
  private static let floor: Float = 1.1920929e-7
  /// Frames computed together.
  private static let run = 96

  /// `[2 bins, 400]`: cosines, then sines.
  private let fourier: PackedMatrix
  /// `[80, bins]`
  private let mel: PackedMatrix

  /// Makes the two matrices.
  package init() {
    fourier = PackedMatrix(
      f32: TensorView(Self.fourierRows(), shape: [2 * Self.bins, Self.frame]),
      outputs: 2 * Self.bins, inputs: Self.frame)
    mel = PackedMatrix(
      f32: TensorView(Self.melRows(), shape: [Self.mels, Self.bins]), outputs: Self.mels,
      inputs: Self.bins)
  }

  /// Whole frames in so many samples.
  package static func frames(samples: Int) -> Int {
    samples < frame ? 0 : (samples - frame) / step + 1
  }

  /// The logarithms of the mels, `[frames, 80]` row by row, of samples of full scale 1.
  package func callAsFunction(_ samples: ArraySlice<Float>) -> [Float] {
    let count = Self.frames(samples: samples.count)
    guard count > 0 else { return [] }
    let spectrum = FloatBuffer(count: Self.run * 2 * Self.bins)
    return [Float](unsafeUninitializedCapacity: count * Self.mels) { buffer, filled in
      filled = count * Self.mels
      guard let target = buffer.baseAddress else { return }
      samples.withUnsafeBufferPointer { samples in
        guard let base = samples.baseAddress else { return }
        for first in stride(from: 0, to: count, by: Self.run) {
          let rows = min(Self.run, count - first)
          transform(
            MatrixView(
              base: UnsafeMutablePointer(mutating: base) + first * Self.step, rows: rows,
              columns: Self.frame, stride: Self.step),
            into: MatrixView(
              base: target + first * Self.mels, rows: rows, columns: Self.mels, stride: Self.mels),
            spectrum: spectrum.matrix(rows, 2 * Self.bins))
        }
      }
    }
  }

  private func transform(_ frames: MatrixView, into output: MatrixView, spectrum: MatrixView) {
    fourier.multiply(frames, into: spectrum, scratch: spectrum.base)
    for row in 0..<spectrum.rows {
      let values = spectrum.row(row)
      for bin in 0..<Self.bins {
        values[bin] = values[bin] * values[bin] + values[Self.bins + bin] * values[Self.bins + bin]
      }
    }
    mel.multiply(spectrum.columns(0..<Self.bins), into: output, scratch: spectrum.base)
    for row in 0..<output.rows {
      let values = output.row(row)
      for index in 0..<Self.mels { values[index] = log(max(values[index], Self.floor)) }
    }
  }

  /// The Fourier transform of a frame whose mean was taken off, which was pre-emphasised (the first
  /// sample by itself) and windowed by a power of Hann's (Povey's window).
  private static func fourierRows() -> [Float] {
    let window = (0..<frame).map { place in
      pow(0.5 - 0.5 * cos(2 * Double.pi * Double(place) / Double(frame - 1)), 0.85)
    }
    var rows: [Float] = []
    rows.reserveCapacity(2 * bins * frame)
    for wave in [cos as (Double) -> Double, { -sin($0) }] {
      for bin in 0..<bins {
        // Weights of the pre-emphasised samples, then of the samples themselves.
        let angles = (0..<frame).map {
          Double((bin * $0) % transform) * 2 * Double.pi / Double(transform)
        }
        let weights = (0..<frame).map { window[$0] * wave(angles[$0]) }
        var raw = weights
        raw[0] -= preEmphasis * weights[0]
        for place in 1..<frame { raw[place - 1] -= preEmphasis * weights[place] }
        let mean = raw.reduce(0, +) / Double(frame)
        rows += raw.map { Float($0 - mean) }
      }
    }
    return rows
  }

  /// Triangles on the mel scale 1127 ln(1 + f / 700).
  private static func melRows() -> [Float] {
    func scale(_ frequency: Double) -> Double { 1127 * log(1 + frequency / 700) }
    let (low, high) = (scale(20), scale(8000))
    let width = (high - low) / Double(mels + 1)
    return (0..<mels).flatMap { band -> [Float] in
      let left = low + Double(band) * width
      return (0..<bins).map { bin in
        let place = (scale(Double(bin) * 16_000 / Double(transform)) - left) / width
        return Float(max(0, min(place, 2 - place)))
      }
    }
  }
}
