/// A stretch in which one speaker talks.
package struct SpeakerTurn: Sendable, Hashable {
  /// The speaker's number, from 0 in order of first appearance.
  package let speaker: Int
  /// Seconds from the start of the sound.
  package let start: Double
  package let end: Double

  /// Makes a turn.
  package init(speaker: Int, start: Double, end: Double) {
    self.speaker = speaker
    self.start = start
    self.end = end
  }
}

/// Who spoke when.
package struct Diarization: Sendable, Hashable {
  /// In order of starts; turns of different speakers may overlap.
  package let turns: [SpeakerTurn]
  /// Number of speakers.
  package let speakers: Int

  /// Makes a result of turns in any order; speakers are renumbered by first appearance.
  package init(_ turns: [SpeakerTurn]) {
    var numbers: [Int: Int] = [:]
    let sorted = turns.sorted { ($0.start, $0.end, $0.speaker) < ($1.start, $1.end, $1.speaker) }
    self.turns = sorted.map { turn in
      let number = numbers[turn.speaker] ?? numbers.count
      numbers[turn.speaker] = number
      return SpeakerTurn(speaker: number, start: turn.start, end: turn.end)
    }
    speakers = numbers.count
  }
}
