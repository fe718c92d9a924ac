import Foundation
import NN

/// The powers of a real discrete Fourier transform of 400 points, of many frames at once, as four
/// matrix products of a quarter of its size in each direction.
///
/// With `s[n] = x[n] + x[n + 200]` and `d[n] = x[n] - x[n + 200]`, even bins are a transform of s and
/// odd ones one of d. Cosines and sines are symmetric about the middle of both, so they only need
/// `s[n] ± s[200 - n]` and `d[n] ∓ d[200 - n]`: 40,000 products a frame in place of 160,000.
struct FoldedTransform: Sendable {
  /// Points of a frame.
  static let points = 400
  /// Frequencies from 0 to half the sampling rate.
  static let bins = points / 2 + 1
  private static let half = points / 2
  private static let quarter = points / 4

  /// Bins in the order of the output: even ones, then odd ones.
  static let order =
    Array(stride(from: 0, through: half, by: 2))
    + Array(stride(from: 1, to: half, by: 2))

  /// One of the four products: which sums it reads and the functions it multiplies them with.
  private struct Part: Sendable {
    let matrix: PackedMatrix
    let count: Int
    let firstBin: Int
    let bins: Int

    init(firstBin: Int, bins: Int, samples: ClosedRange<Int>, _ function: (Double) -> Double) {
      count = samples.count
      self.firstBin = firstBin
      self.bins = bins
      let values = (0..<bins).flatMap { bin in
        samples.map { sample in
          let turns = order[firstBin + bin] * sample % points
          return Float(function(2 * .pi * Double(turns) / Double(points)))
        }
      }
      matrix = PackedMatrix(
        f32: TensorView(values, shape: [bins, count]), outputs: bins, inputs: count)
    }
  }

  private let evenCosines: Part
  private let evenSines: Part
  private let oddCosines: Part
  private let oddSines: Part

  init() {
    let (even, odd) = (Self.quarter + 1, Self.quarter)
    evenCosines = Part(firstBin: 0, bins: even, samples: 0...Self.quarter, cos)
    evenSines = Part(firstBin: 0, bins: even, samples: 1...Self.quarter - 1, sin)
    oddCosines = Part(firstBin: even, bins: odd, samples: 0...Self.quarter - 1, cos)
    oddSines = Part(firstBin: even, bins: odd, samples: 1...Self.quarter, sin)
  }

  /// Floats of scratch for so many frames.
  static func scratchCount(frames: Int) -> Int { frames * (4 * (quarter + 1) + 2 * bins) }

  /// Powers `[frames, 201]`, bins in `order`, of `frames` windowed frames: `samples` are those of the first
  /// frame and behind it, the next begins `step` samples later; `window` has 400 factors.
  func powers(
    of samples: UnsafePointer<Float>, frames: Int, step: Int, window: [Float],
    into powers: MatrixView, scratch: borrowing FloatBuffer
  ) {
    let width = Self.quarter + 1
    let parts = [evenCosines, evenSines, oddCosines, oddSines]
    let folds = parts.indices.map { scratch.matrix(frames, width, offset: $0 * frames * width) }
    for frame in 0..<frames {
      fold(
        samples + frame * step, window, folds[0].row(frame), folds[1].row(frame),
        folds[2].row(frame), folds[3].row(frame))
    }
    let first = 4 * frames * width
    let real = scratch.matrix(frames, Self.bins, offset: first)
    let imaginary = scratch.matrix(frames, Self.bins, offset: first + frames * Self.bins)
    for (index, part) in parts.enumerated() {
      let target = index.isMultiple(of: 2) ? real : imaginary
      part.matrix.multiply(
        folds[index].columns(0..<part.count),
        into: target.columns(part.firstBin..<part.firstBin + part.bins), scratch: scratch.base)
    }
    for index in 0..<frames * Self.bins {
      powers.base[index] =
        real.base[index] * real.base[index] + imaginary.base[index] * imaginary.base[index]
    }
  }

  /// The four sums of one frame; sines begin at sample 1.
  private func fold(
    _ x: UnsafePointer<Float>, _ window: [Float], _ evenCosines: UnsafeMutablePointer<Float>,
    _ evenSines: UnsafeMutablePointer<Float>, _ oddCosines: UnsafeMutablePointer<Float>,
    _ oddSines: UnsafeMutablePointer<Float>
  ) {
    let (half, quarter) = (Self.half, Self.quarter)
    window.withUnsafeBufferPointer { window in
      func sum(_ n: Int) -> Float { x[n] * window[n] + x[n + half] * window[n + half] }
      func difference(_ n: Int) -> Float { x[n] * window[n] - x[n + half] * window[n + half] }
      evenCosines[0] = sum(0)
      evenCosines[quarter] = sum(quarter)
      oddCosines[0] = difference(0)
      oddSines[quarter - 1] = difference(quarter)
      for n in 1..<quarter {
        let (s, mirroredSum) = (sum(n), sum(half - n))
        let (d, mirroredDifference) = (difference(n), difference(half - n))
        evenCosines[n] = s + mirroredSum
        evenSines[n - 1] = s - mirroredSum
        oddCosines[n] = d - mirroredDifference
        oddSines[n - 1] = d + mirroredDifference
      }
    }
  }
}
