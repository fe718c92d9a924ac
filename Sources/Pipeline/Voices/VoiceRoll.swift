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

/// Numbers and names of the voices of all lanes.
struct VoiceRoll {
  /// Names that the voice book gave, in order of the voices' numbers.
  let known: [String]
  private let names: [Int: String]
  /// The number of each lane's first voice.
  private let firsts: [Int: Int]

  /// The roll of `lanes` (`AudioLane.number`), with `names` by number; the others are called as `book`
  /// knows them, no two of them alike.
  init(_ lanes: [Int: Diarization], names: [Int: String], book: VoiceBook?) {
    var firsts: [Int: Int] = [:]
    var prints: [Int: VoicePrint] = [:]
    var first = 1
    for (lane, heard) in lanes.sorted(by: { $0.key < $1.key }) {
      firsts[lane] = first
      for (speaker, print) in heard.prints { prints[first + speaker] = print }
      first += (heard.turns.map(\.speaker).max() ?? -1) + 1
    }
    let unnamed = prints.filter { names[$0.key] == nil }
    let found = book?.naming.names(of: unnamed, taken: Set(names.values)) ?? [:]
    known = found.sorted { $0.key < $1.key }.map(\.value)
    self.firsts = firsts
    self.names = names.merging(found) { named, _ in named }
  }

  /// What voice `speaker` of a lane is called.
  func name(_ speaker: Int, lane: Int) -> String {
    let number = (firsts[lane] ?? 1) + speaker
    return names[number] ?? "Speaker \(number)"
  }
}
