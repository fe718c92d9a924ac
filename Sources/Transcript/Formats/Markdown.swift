/// Markdown (CommonMark): a heading, then each paragraph after its time, and its speaker's name where
/// that is known.
struct Markdown: ParagraphSyntax {
  func header(_ header: TranscriptHeader) -> String {
    "# \(Self.escaped(displayText(stem(header.source.file))))\n"
  }

  func paragraph(_ paragraph: Paragraph, number: Int) -> String {
    let name = paragraph.speaker.map { "**\(Self.escaped($0))** " } ?? ""
    return "\n\(name)[\(clock(paragraph.start))]  \n\(Self.escaped(paragraph.text))\n"
  }

  func footer(notes: [String]) -> String {
    guard !notes.isEmpty else { return "" }
    return "\n---\n\n" + notes.map { "- \(Self.escaped($0))\n" }.joined()
  }

  /// A backslash before every mark that could mean something: ASCII punctuation may have one anywhere.
  /// Marks within a word and after it, as in "It's fine.", are left as they are.
  private static func escaped(_ text: String) -> String {
    var out = ""
    var isStart = true
    for scalar in text.unicodeScalars {
      if always.contains(scalar) || (isStart && atStart.contains(scalar)) { out += "\\" }
      out.unicodeScalars.append(scalar)
      // "12. of June" at the start of a line would be an item of a list.
      isStart = isStart && scalar.properties.numericType != nil
    }
    return out
  }

  private static let always = Set("\\`*_[]<>#|~&$^".unicodeScalars)
  private static let atStart = Set("+-.)=:".unicodeScalars)
}
