/// A speaker's name before the text of a cue, as in "Anna: Good morning."
struct SpeakerLabel: Sendable {
  /// The name and a colon, without line breaks, in little more than half a line at most.
  let text: String
  /// Characters of `text`.
  let length: Int
  private let lineLength: Int

  init(_ name: String, profile: CueProfile) {
    lineLength = profile.maxLineLength
    let (name, longest) = (displayText(name), profile.maxLineLength / 2)
    text =
      (TextColumns.count(name) > longest
        ? TextColumns.prefix(of: name, columns: longest - 1) + "\u{2026}" : name) + ":"
    length = TextColumns.count(text)
  }

  /// Characters that it takes of a cue, with the space after it.
  var room: Int { length + 1 }

  /// The lines with the label in the first, or above them where that leaves no room.
  func put(before lines: [String]) -> [String] {
    let first = "\(text) \(lines.first ?? "")"
    return TextColumns.count(first) > lineLength ? [text] + lines : [first] + lines.dropFirst()
  }
}
