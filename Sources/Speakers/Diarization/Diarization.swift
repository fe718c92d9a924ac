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
  /// How the speakers sound, by number; none for a speaker who is hardly heard alone.
  package private(set) var prints: [Int: VoicePrint] = [:]

  /// Makes a result of turns in any order and prints of the speakers; speakers are renumbered by first
  /// appearance.
  package init(_ turns: [SpeakerTurn], prints: [Int: VoicePrint] = [:]) {
    var numbers: [Int: Int] = [:]
    let sorted = turns.sorted { ($0.start, $0.end, $0.speaker) < ($1.start, $1.end, $1.speaker) }
    self.turns = sorted.map { turn in
      let number = numbers[turn.speaker] ?? numbers.count
      numbers[turn.speaker] = number
      return SpeakerTurn(speaker: number, start: turn.start, end: turn.end)
    }
    speakers = numbers.count
    for (speaker, print) in prints {
      if let number = numbers[speaker] { self.prints[number] = print }
    }
  }

  /// The same, so many seconds later.
  package func shifted(by seconds: Double) -> Diarization {
    Diarization(
      turns.map {
        SpeakerTurn(speaker: $0.speaker, start: $0.start + seconds, end: $0.end + seconds)
      },
      prints: prints)
  }
}
