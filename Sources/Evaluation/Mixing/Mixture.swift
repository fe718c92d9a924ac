import Foundation

/// Speech with noise at a known signal-to-noise ratio, as a recorder would have stored it: 16 bits,
/// not clipped.
package struct Mixture: Sendable {
  /// The mixture at 16 kHz, full scale 1; every value is a multiple of 2^-15.
  package let samples: [Float]
  /// How it was made.
  package let gains: Gains

  /// What speech and noise were multiplied with.
  package struct Gains: Sendable, Hashable, Codable {
    /// Active level of the speech before mixing (ITU-T P.56), in decibels relative to full scale.
    package var speechLevel: Double
    /// The factor on the noise section; nil where there is no noise.
    package var noise: Double?
    /// The factor on the sum that keeps it from clipping; 1 where nothing would.
    package var overall: Double
  }

  /// Level that stands for speech where nobody speaks, in decibels relative to full scale: the
  /// nominal level of ITU-T P.56 tests.
  package static let nominalLevel = -26.0

  /// Mixes.
  ///
  /// - Parameters:
  ///   - speech: the speech; not empty.
  ///   - level: its active level in decibels.
  ///   - noise: as many samples of noise, not silent.
  ///   - ratio: decibels between the active level of the speech and the level of the noise section.
  package init(speech: [Float], level: Double, noise: [Float], ratio: Double) {
    precondition(speech.count == noise.count)
    let mean = noise.reduce(0.0) { $0 + Double($1) } / Double(max(noise.count, 1))
    let power = noise.reduce(0.0) { sum, sample in
      sum + (Double(sample) - mean) * (Double(sample) - mean)
    }
    let level0 = decibels(power: power / Double(max(noise.count, 1)))
    let gain = amplitude(decibels: level - ratio - level0)
    let sum = zip(speech, noise).map { Float(Double($0) + gain * (Double($1) - mean)) }
    self.init(sum, level: level, noise: gain)
  }

  /// Stores processed speech without noise.
  package init(speech: [Float], level: Double) {
    self.init(speech, level: level, noise: nil)
  }

  private init(_ sum: [Float], level: Double, noise: Double?) {
    let peak = sum.reduce(Float(0)) { max($0, abs($1)) }
    let scale = peak > Self.limit ? Self.limit / peak : 1
    samples = Self.stored(sum, scale: scale)
    gains = Gains(speechLevel: level, noise: noise, overall: Double(scale))
  }

  /// The largest value of 16 bits.
  private static let limit: Float = 32_767.0 / 32_768.0

  /// Values rounded to 16 bits.
  static func stored(_ samples: [Float], scale: Float = 1) -> [Float] {
    samples.map { min(max(($0 * scale * 32_768).rounded(), -32_768), 32_767) / 32_768 }
  }
}
