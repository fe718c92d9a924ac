import Foundation

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

extension RecognitionOptions {
  /// Names of the speakers of tracks, in their order; empty where nobody says.
  package var speakerNames: [String] { speakers.flatMap(SpeakerNames.read) ?? [] }

  /// Who speaks in each of `tracks` (ordinals from 0), which are transcribed, by its number from 1; none
  /// where there is not one name for each of them.
  func speakers(of tracks: [Int]) -> [Int: String] {
    let names = speakerNames
    guard names.count == tracks.count else { return [:] }
    return Dictionary(zip(tracks.map { $0 + 1 }, names)) { first, _ in first }
  }
}
