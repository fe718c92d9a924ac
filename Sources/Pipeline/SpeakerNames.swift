import Foundation
import Speakers

/// Who speaks in the audio tracks of a recording that has one for each person: "Anna, Ben".
package enum SpeakerNames {
  /// Characters that a name has at most.
  package static let longest = 100

  /// The names between commas without the spaces around them; nil where one is empty or too long, or
  /// where there is a control character or a line break.
  package static func read(_ text: String) -> [String]? {
    let isBreak = { (scalar: Unicode.Scalar) in
      [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    guard !text.unicodeScalars.contains(where: isBreak) else { return nil }
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return names.allSatisfy { 1...longest ~= $0.count } ? names : nil
  }
}

/// Names given to voices: "S1=Anna,S2=Ben".
package enum VoiceNames {
  /// Names by number; nil where it is no such list or names a voice twice.
  package static func read(_ text: String) -> [Int: String]? {
    var names: [Int: String] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.firstIndex(of: "="),
        let number = Int(part[..<equals].trimmingCharacters(in: .whitespaces).dropFirst()),
        part.trimmingCharacters(in: .whitespaces).first?.lowercased() == "s", number > 0,
        let name = SpeakerNames.read(String(part[part.index(after: equals)...]))?.first,
        names.updateValue(name, forKey: number) == nil
      else { return nil }
    }
    return names
  }
}

/// What `--speakers` may say.
package enum SpeakerOption: Sendable, Hashable {
  /// Speakers are not distinguished.
  case none
  /// Voices are distinguished (speaker diarization).
  case voices(SpeakerCount)
  /// Names of the tracks' speakers, which ``SpeakerNames`` reads.
  case names(String)

  /// Most voices that can be asked for.
  package static let most = 100

  /// Reads "none", "auto", a number, two with a hyphen between, or names; nil for none of these.
  package init?(_ text: String) {
    let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    switch text.lowercased() {
    case "none": self = .none
    case "auto": self = .voices(.automatic)
    default:
      if numbers.count <= 2, let first = numbers.first ?? nil, let last = numbers.last ?? nil {
        guard 1 <= first, first <= last, last <= Self.most else { return nil }
        self = .voices(.between(first, last))
      } else {
        guard SpeakerNames.read(text) != nil else { return nil }
        self = .names(text)
      }
    }
  }
}

extension RecognitionOptions {
  /// Names of the speakers of tracks, in their order; empty where nobody says.
  package var speakerNames: [String] {
    guard case .names(let text) = speakers.flatMap(SpeakerOption.init) else { return [] }
    return SpeakerNames.read(text) ?? []
  }

  /// How many voices diarization looks for in each track; nil without it.
  package var voices: SpeakerCount? {
    guard case .voices(let count) = speakers.flatMap(SpeakerOption.init) else { return nil }
    return count
  }

  /// Names of voices by number, from 1; the others are "Speaker 1" and so on.
  package var voiceNames: [Int: String] { names.flatMap(VoiceNames.read) ?? [:] }

  /// Who speaks in each of `tracks` (ordinals from 0), which are transcribed, by its number from 1; none
  /// where there is not one name for each of them.
  func speakers(of tracks: [Int]) -> [Int: String] {
    let names = speakerNames
    guard names.count == tracks.count else { return [:] }
    return Dictionary(zip(tracks.map { $0 + 1 }, names)) { first, _ in first }
  }
}
