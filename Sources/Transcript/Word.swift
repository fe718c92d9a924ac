/// A recognised word and the span in which it is spoken.
package struct Word: Sendable, Hashable {
  /// As the model wrote it, with its punctuation and without spaces.
  package var text: String
  /// Seconds from time zero of the recording.
  package var start: Double
  /// Seconds from time zero of the recording.
  package var end: Double
  /// Probability that the word is right, from 0 to 1.
  package var confidence: Double

  package init(text: String, start: Double, end: Double, confidence: Double) {
    self.text = text
    self.start = start
    self.end = end
    self.confidence = confidence
  }
}

/// A stretch of speech that was recognised as one.
package struct Segment: Sendable, Hashable {
  /// Seconds from time zero of the recording.
  package var start: Double
  /// Seconds from time zero of the recording.
  package var end: Double
  /// Number of the audio track it was heard in, counted from 1.
  package var track: Int
  /// In the order spoken.
  package var words: [Word]

  package init(start: Double, end: Double, track: Int, words: [Word]) {
    self.start = start
    self.end = end
    self.track = track
    self.words = words
  }

  /// The words with a space between each two.
  package var text: String { words.lazy.map(\.text).joined(separator: " ") }

  /// Mean confidence of the words, 0 where there are none.
  package var confidence: Double {
    words.isEmpty ? 0 : words.reduce(0) { $0 + $1.confidence } / Double(words.count)
  }
}
