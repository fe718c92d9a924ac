/// Finds out which voices of a recording are those of people whose prints are known.
///
/// No name is better than a wrong one: a voice gets a name only where it is much like that person and
/// less like everybody else, and each person has one voice at most.
package struct VoiceNaming: Sendable {
  /// Likeness from which on a voice may be a person's.
  package static let likeness: Float = 0.55
  /// By how much it must be more like that person than like any other.
  private static let margin: Float = 0.10
  /// Seconds that a voice must be heard alone.
  private static let seconds = 3.0

  /// Prints of each person.
  private let people: [(name: String, prints: [VoicePrint])]

  /// A naming by the prints of people, whose names differ.
  package init(_ people: [(name: String, prints: [VoicePrint])]) { self.people = people }

  /// How alike a voice and a person's nearest print are.
  package static func likeness(_ voice: VoicePrint, _ prints: [VoicePrint]) -> Float {
    prints.map(voice.likeness).max() ?? -1
  }

  /// Names of those `voices`, by number, that are somebody's who is known and not among `taken`.
  package func names(of voices: [Int: VoicePrint], taken: Set<String> = []) -> [Int: String] {
    var candidates: [(number: Int, person: Int, likeness: Float)] = []
    for (number, voice) in voices where voice.seconds >= Self.seconds {
      let values = people.map { Self.likeness(voice, $0.prints) }
      guard let best = values.indices.max(by: { values[$0] < values[$1] }) else { continue }
      let second = values.indices.filter { $0 != best }.map { values[$0] }.max() ?? -1
      if values[best] >= Self.likeness, values[best] - second >= Self.margin {
        candidates.append((number, best, values[best]))
      }
    }
    candidates.sort { ($1.likeness, $0.number) < ($0.likeness, $1.number) }
    var names: [Int: String] = [:]
    var used = taken
    for candidate in candidates {
      let name = people[candidate.person].name
      if used.insert(name).inserted { names[candidate.number] = name }
    }
    return names
  }
}
