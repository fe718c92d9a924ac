import Demux
import Foundation

/// The level of speech while somebody speaks, by ITU-T P.56 (12/2011), method B.
///
/// The rectified signal goes twice through an exponential average of 30 ms; time in which that
/// envelope lies above a threshold, or did in the last 200 ms, is active. The threshold sought is the
/// one that lies 15.9 dB below the level of the time that is active by it. Thresholds are powers of
/// two from 2^-24 to 1/2; between two of them levels are interpolated in decibels. Of the
/// recommendation only the band-pass in front is left out; the mean is taken off instead.
package struct ActiveLevel: Sendable, Hashable {
  /// Decibels relative to full scale (a square wave of amplitude 1 has 0 dB).
  package let active: Double
  /// Level over the whole signal, pauses included, in decibels.
  package let overall: Double
  /// Share of the time that is active, 0 to 1.
  package let activity: Double

  /// Exponent of the lowest threshold.
  private static let lowest = -24
  private static let thresholds = (lowest ... -1).map { exp2(Double($0)) }
  /// Decibels between the active level and the threshold.
  private static let margin = 15.9
  private static let smoothing = exp(-1 / (0.03 * Double(deliveredSampleRate)))
  /// Samples that stay active after the envelope fell below the threshold: 200 ms.
  private static let hangover = deliveredSampleRate / 5

  /// Measures 16 kHz audio.
  ///
  /// - Returns: nil where there is nothing to hear (empty, or nowhere above the lowest threshold).
  package init?(_ samples: [Float]) {
    let (energy, active) = Self.tally(samples)
    guard energy > 0, let first = active.first, first > 0 else { return nil }
    var previous: (level: Double, excess: Double)?
    var found: Double?
    for (threshold, count) in zip(Self.thresholds, active) where found == nil {
      let level = count > 0 ? decibels(power: energy / Double(count)) : .infinity
      let excess = level - 20 * log10(threshold)
      if excess <= Self.margin || count == 0 {
        found = Self.crossing(previous, (level, excess))
      }
      previous = (level, excess)
    }
    guard let level = found ?? previous?.level, level.isFinite else { return nil }
    self.active = level
    overall = decibels(power: energy / Double(samples.count))
    activity = min(1, pow(10, (overall - level) / 10))
  }

  /// The level where the excess over the threshold passes the margin.
  private static func crossing(
    _ before: (level: Double, excess: Double)?, _ after: (level: Double, excess: Double)
  ) -> Double {
    guard let before, after.level.isFinite, before.excess > after.excess else {
      return before?.level ?? after.level
    }
    let share = (before.excess - margin) / (before.excess - after.excess)
    return before.level + share * (after.level - before.level)
  }

  /// The sum of squares, and for each threshold the number of active samples.
  private static func tally(_ samples: [Float]) -> (energy: Double, active: [Int]) {
    guard !samples.isEmpty else { return (0, []) }
    let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
    var energy = 0.0
    var (first, second) = (0.0, 0.0)
    var active = [Int](repeating: 0, count: thresholds.count)
    /// The end of the active time so far, by threshold.
    var ends = [Int](repeating: 0, count: thresholds.count)
    for (index, sample) in samples.enumerated() {
      let value = Double(sample) - mean
      energy += value * value
      first = smoothing * first + (1 - smoothing) * abs(value)
      second = smoothing * second + (1 - smoothing) * first
      // The thresholds are powers of two: the exponent tells how many the envelope reaches.
      let reached = second > 0 ? min(Int(second.exponent) - lowest + 1, thresholds.count) : 0
      guard reached > 0 else { continue }
      let end = min(index + 1 + hangover, samples.count)
      for threshold in 0..<reached {
        active[threshold] += end - max(ends[threshold], index)
        ends[threshold] = end
      }
    }
    return (energy, active)
  }
}

/// Ten times the logarithm of a power.
func decibels(power: Double) -> Double { 10 * log10(power) }

/// Mean square of the samples; 0 for none.
func meanSquare(_ samples: [Float]) -> Double {
  guard !samples.isEmpty else { return 0 }
  return samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
}

/// The factor on amplitudes that changes a level by so many decibels.
func amplitude(decibels: Double) -> Double { pow(10, decibels / 20) }
