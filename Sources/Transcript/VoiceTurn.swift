/// A stretch in which one speaker talks, whether or not words of it were understood.
package struct VoiceTurn: Sendable, Hashable {
  /// The speaker's name.
  package var speaker: String
  /// Number of the audio track it was heard in, counted from 1.
  package var track: Int
  /// Seconds from time zero of the recording.
  package var start: Double
  /// Seconds from time zero of the recording.
  package var end: Double

  package init(speaker: String, track: Int, start: Double, end: Double) {
    self.speaker = speaker
    self.track = track
    self.start = start
    self.end = end
  }
}

/// How long each speaker of a recording talks.
package struct TalkTime: Sendable, Hashable {
  package let speaker: String
  /// Seconds.
  package let seconds: Double

  /// One for each speaker of `turns`, in the order of their first words.
  package static func of(_ turns: [VoiceTurn]) -> [TalkTime] {
    var names: [String] = []
    var seconds: [String: Double] = [:]
    for turn in turns {
      if seconds[turn.speaker] == nil { names.append(turn.speaker) }
      seconds[turn.speaker, default: 0] += max(0, turn.end - turn.start)
    }
    return names.map { TalkTime(speaker: $0, seconds: seconds[$0] ?? 0) }
  }
}
