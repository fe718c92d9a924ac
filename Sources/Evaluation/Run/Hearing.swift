import Transcript

/// What was heard of one utterance in one cell.
package struct Hearing: Sendable, Hashable, Codable {
  /// The utterance's name.
  package var utterance: String
  /// The segments' words; times in seconds of the recording.
  package var segments: [[HeardWord]]
  /// Seconds of audio.
  package var seconds: Double
  /// Seconds of the run that went by until it was done, after the one before.
  package var elapsed: Double
  /// How speech and noise were mixed; nil for an untouched recording.
  package var gains: Mixture.Gains?

  /// All words.
  package var text: String {
    segments.lazy.map { $0.lazy.map(\.text).joined(separator: " ") }.joined(separator: " ")
  }
}

/// A word as the recogniser wrote it.
package struct HeardWord: Sendable, Hashable, Codable {
  package var text: String
  /// Seconds of the recording.
  package var start: Double
  package var end: Double
  package var confidence: Double

  /// A recognised word, `offset` seconds later.
  init(_ word: Word, offset: Double) {
    text = word.text
    start = Self.rounded(word.start + offset)
    end = Self.rounded(word.end + offset)
    confidence = Self.rounded(word.confidence)
  }

  /// To a tenth of a millisecond.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
