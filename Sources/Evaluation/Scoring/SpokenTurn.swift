/// What one person says in one go, from a reference with speakers.
package struct SpokenTurn: Sendable, Hashable, Codable {
  /// Name of the recording.
  package var session: String
  package var channel: String
  package var speaker: String
  /// Seconds from the start of the recording.
  package var start: Double
  /// Seconds from the start of the recording.
  package var end: Double
  /// As written, not normalised; may be empty.
  package var text: String

  package init(
    session: String, channel: String = "1", speaker: String, start: Double, end: Double,
    text: String
  ) {
    self.session = session
    self.channel = channel
    self.speaker = speaker
    self.start = start
    self.end = end
    self.text = text
  }
}

/// When somebody speaks, without the words.
package struct SpeakerSpan: Sendable, Hashable, Codable {
  /// Name of the recording.
  package var session: String
  package var channel: String
  package var speaker: String
  /// Seconds from the start of the recording.
  package var start: Double
  /// Seconds from the start of the recording.
  package var end: Double

  package init(
    session: String, channel: String = "1", speaker: String, start: Double, end: Double
  ) {
    self.session = session
    self.channel = channel
    self.speaker = speaker
    self.start = start
    self.end = end
  }
}
