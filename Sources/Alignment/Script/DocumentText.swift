/// Reads the paragraphs of an Office Open XML document (ECMA-376): the text that is in force, without what
/// was deleted or moved away while changes were tracked, and without what a fallback repeats.
enum DocumentText {
  /// Styles of paragraphs that nobody speaks.
  private static let silentStyles: Set = ["Title", "Subtitle", "Note"]

  private struct Reading {
    var paragraphs: [(text: String, speaker: String?)] = []
    var speaker: String?
    var text = ""
    var style = ""
    var isTime = false
    /// Elements around here whose text is not in force.
    var outOfForce = 0

    mutating func endParagraph() {
      defer { (text, style) = ("", "") }
      if silentStyles.contains(style) { return }
      // As viseme writes minutes: a line with the speaker and the time, then what was said.
      if style == "Speaker" {
        let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        speaker = name.isEmpty ? speaker : name
      } else {
        paragraphs.append((text, speaker))
      }
    }
  }

  /// The script in `xml`, the document's main part.
  static func script(_ xml: String) throws(ScriptError) -> Script {
    var reading = Reading()
    var isText = false
    var isDocument = false
    // By bytes: a document has megabytes of markup.
    var rest = xml.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      if isText, reading.outOfForce == 0, !reading.isTime {
        reading.text += CharacterReferences.resolved(
          String(decoding: rest[..<start], as: UTF8.self))
      }
      guard let end = rest[start...].firstIndex(of: UInt8(ascii: ">")) else {
        throw .notDocument
      }
      let tag = Tag(String(decoding: rest[rest.index(after: start)..<end], as: UTF8.self))
      isText = tag.name == "w:t" && !tag.isEmpty
      isDocument = isDocument || tag.name == "w:document"
      take(tag, &reading)
      rest = rest[rest.index(after: end)...]
    }
    guard isDocument else { throw .notDocument }
    return ParagraphText.script(reading.paragraphs)
  }

  private static func take(_ tag: Tag, _ reading: inout Reading) {
    switch tag.name {
    case "/w:p": reading.endParagraph()
    case "w:pStyle": reading.style = tag.value ?? ""
    case "w:rStyle": reading.isTime = tag.value == "Time"
    case "/w:r": reading.isTime = false
    case "w:tab", "w:br", "w:cr": reading.text += " "
    case "mc:Fallback", "w:moveFrom": reading.outOfForce += tag.isEmpty ? 0 : 1
    case "/mc:Fallback", "/w:moveFrom": reading.outOfForce = max(0, reading.outOfForce - 1)
    default: break
    }
  }

  /// What stands between < and >.
  private struct Tag {
    let name: Substring
    /// Of the attribute `w:val`.
    let value: String?
    let isEmpty: Bool

    init(_ text: String) {
      isEmpty = text.hasSuffix("/")
      let content = isEmpty ? text.dropLast() : text[...]
      name = content.prefix { !$0.isWhitespace }
      let parts = content.split(separator: "w:val=\"", maxSplits: 1)
      value = parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : nil
    }
  }
}
