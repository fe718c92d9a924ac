/// Words and the span in which all of them are spoken.
package struct TimedWords: Sendable, Hashable {
  /// Seconds from the start of the recording.
  package var start: Double
  /// Seconds from the start of the recording.
  package var end: Double
  /// Normalised, in the order spoken.
  package var words: [String]

  package init(start: Double, end: Double, words: [String]) {
    self.start = start
    self.end = end
    self.words = words
  }
}

/// Everything that one speaker says in a recording, or what a recogniser takes for one speaker.
package struct SpeakerStream: Sendable, Hashable {
  package let speaker: String
  /// In the order of their starts; of two with the same start, in the order given.
  package let turns: [TimedWords]

  package init(speaker: String, turns: [TimedWords]) {
    self.speaker = speaker
    self.turns = HypothesisReader.ordered(turns, by: \.start)
  }

  /// All words in that order.
  package var words: [String] { turns.flatMap(\.words) }

  /// The turns of one recording by speaker, in the order in which speakers first appear.
  package static func streams(
    _ turns: [SpokenTurn], normaliser: TextNormaliser
  ) -> [SpeakerStream] {
    var order: [String] = []
    var bySpeaker: [String: [TimedWords]] = [:]
    for turn in turns {
      if bySpeaker[turn.speaker] == nil { order.append(turn.speaker) }
      bySpeaker[turn.speaker, default: []].append(
        TimedWords(start: turn.start, end: turn.end, words: normaliser.words(turn.text)))
    }
    return order.map { SpeakerStream(speaker: $0, turns: bySpeaker[$0] ?? []) }
  }
}
