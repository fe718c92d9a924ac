import Speakers
import Transcript

/// What is known at the end of a recording with speaker diarization.
struct HeardVoices {
  /// Divided where the voice changes, in order of starts.
  let segments: [Segment]
  /// In order of starts.
  let turns: [VoiceTurn]
  /// Names that the voice book gave, in order of first appearance.
  let known: [String]
}

/// Numbers and names of the voices of all lanes. Voices count from 1 through the lanes.
struct VoiceRoll {
  /// Names that the voice book gave, in order of the speakers' numbers.
  let known: [String]
  /// By the number of the speaker.
  private let names: [Int: String]
  /// The number of the speaker of each voice that is not its own: several voices may be one person.
  private let speakers: [Int: Int]

  /// The roll of `lanes` (`AudioLane.number`), with `names` by the number of the speaker; the others are called
  /// as `book` knows them, no two of them alike. `same` tells which voice is the person of another one before it.
  init(
    _ lanes: [Int: Diarization], names: [Int: String], book: VoiceBook?, same: [Int: Int] = [:]
  ) {
    let (firsts, count) = Self.firsts(lanes)
    var speakers: [Int: Int] = [:]
    for voice in stride(from: 1, through: count, by: 1) {
      let before = same.keys.count { $0 < voice }
      speakers[voice] = same[voice].flatMap { speakers[$0] } ?? voice - before
    }
    var prints: [Int: VoicePrint] = [:]
    for (lane, heard) in lanes {
      for (speaker, print) in heard.prints {
        let voice = (firsts[lane] ?? 1) + speaker
        if same[voice] == nil { prints[speakers[voice] ?? voice] = print }
      }
    }
    let unnamed = prints.filter { names[$0.key] == nil }
    let found = book?.naming.names(of: unnamed, taken: Set(names.values)) ?? [:]
    known = found.sorted { $0.key < $1.key }.map(\.value)
    self.names = names.merging(found) { named, _ in named }
    self.speakers = speakers
  }

  /// The number of each lane's first voice, and of the last one of all.
  static func firsts(_ lanes: [Int: Diarization]) -> (firsts: [Int: Int], count: Int) {
    var firsts: [Int: Int] = [:]
    var first = 1
    for (lane, heard) in lanes.sorted(by: { $0.key < $1.key }) {
      firsts[lane] = first
      first += (heard.turns.map(\.speaker).max() ?? -1) + 1
    }
    return (firsts, first - 1)
  }

  /// What the speaker of a voice is called.
  func name(_ voice: Int) -> String {
    let speaker = speakers[voice] ?? voice
    return names[speaker] ?? "Speaker \(speaker)"
  }
}
