/// Whether a voice is that of somebody in the picture.
package enum VoiceSight: Sendable, Hashable {
  /// The number of the face whose lips fit it, as words have it (`WordLips.face`).
  case face(Int)
  /// No face's lips fit it, though there were faces.
  case offScreen
}

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
  /// Whether the speaker is seen; nil where that is not known.
  package var sight: VoiceSight?

  package init(
    speaker: String, track: Int, start: Double, end: Double, sight: VoiceSight? = nil
  ) {
    self.sight = sight
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
  /// Whether the speaker is seen; nil where that is not known.
  package var sight: VoiceSight?

  /// One for each speaker of `turns`, in the order of their first words.
  package static func of(_ turns: [VoiceTurn]) -> [TalkTime] {
    var names: [String] = []
    var seconds: [String: Double] = [:]
    var sights: [String: VoiceSight] = [:]
    for turn in turns {
      if seconds[turn.speaker] == nil { names.append(turn.speaker) }
      seconds[turn.speaker, default: 0] += max(0, turn.end - turn.start)
      sights[turn.speaker] = sights[turn.speaker] ?? turn.sight
    }
    return names.map { TalkTime(speaker: $0, seconds: seconds[$0] ?? 0, sight: sights[$0]) }
  }
}
