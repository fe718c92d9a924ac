import Foundation
import Transcript

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

extension TranscriptionRequest {
  /// Names the speakers of the tracks as `text` does, and puts it into the transcript's settings.
  package mutating func nameSpeakers(_ text: String) {
    speakers = SpeakerNames.read(text) ?? []
    details.append(Setting(name: "speakers", value: .text(text)))
  }

  /// Who speaks in each of `tracks` (ordinals from 0), which are transcribed, by its number from 1; none
  /// where there is not one name for each of them.
  func speakers(of tracks: [Int]) -> [Int: String] {
    guard speakers.count == tracks.count else { return [:] }
    return Dictionary(zip(tracks.map { $0 + 1 }, speakers)) { first, _ in first }
  }
}
