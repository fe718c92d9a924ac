/// A stretch of speech of a recording, and what was understood of it.
package struct HeardPassage: Sendable, Hashable {
  /// Seconds from the start of the recording.
  package let start: Double
  package let end: Double
  /// Audio track, from 1, and the channel of it, from 1, where each was heard by itself.
  package let track: Int
  package let channel: Int?
  /// Empty where nothing was understood.
  package let words: [HeardWord]

  package init(
    start: Double, end: Double, track: Int = 1, channel: Int? = nil, words: [HeardWord]
  ) {
    self.start = start
    self.end = end
    self.track = track
    self.channel = channel
    self.words = words
  }
}

/// A word that was understood.
package struct HeardWord: Sendable, Hashable {
  package let text: String
  /// Seconds from the start of the recording.
  package let start: Double
  package let end: Double
  /// Probability that it is right, 0...1.
  package let confidence: Double

  package init(text: String, start: Double, end: Double, confidence: Double) {
    self.text = text
    self.start = start
    self.end = end
    self.confidence = confidence
  }
}

/// A word of the script as it was read in a segment whose text was given (teacher forcing).
package struct ReadWord: Sendable, Hashable {
  /// Seconds from the start of the recording.
  package let start: Double
  package let end: Double
  /// The model's probability of its tokens, 0...1.
  package let probability: Double
  /// How much likelier the most likely tokens were, in nats, summed over its tokens.
  package let regret: Double

  package init(start: Double, end: Double, probability: Double, regret: Double) {
    self.start = start
    self.end = end
    self.probability = probability
    self.regret = regret
  }
}
