import Demux

/// Noise for an utterance.
package struct NoiseSection: Sendable {
  /// 16 kHz; its level is arbitrary.
  package let samples: [Float]
  /// Of which recordings it is: one, of babble one for each talker, of computed noise none.
  package var sources: [NoiseSource] = []
}

/// A recording that noise was taken from.
package struct NoiseSource: Sendable, Hashable, Codable {
  package var path: String
  /// Seconds of the recording from which on it is heard.
  package var offset: Double

  /// From a sample on, `seconds` after the recording's start.
  init(_ path: String, sample: Int, after seconds: Double? = nil) {
    self.path = path
    offset = (seconds ?? 0) + Double(sample) / Double(deliveredSampleRate)
  }
}
