import Support

/// Reads paragraphs: of plain text between empty lines, or one a line where there are none.
enum ParagraphText {
  /// The paragraphs of `text`.
  static func script(_ text: String) -> Script {
    let lines = TextFile.lines(text)
    let hasGaps = zip(lines, lines.dropFirst()).contains { $1.number > $0.number + 1 }
    var paragraphs: [(text: String, last: Int)] = []
    for line in lines {
      let follows = hasGaps && paragraphs.last?.last == line.number - 1
      if follows, SpeakerName.length(in: ScriptWord.words(of: line.text)) == nil {
        paragraphs[paragraphs.count - 1].text += " \(line.text)"
        paragraphs[paragraphs.count - 1].last = line.number
      } else {
        paragraphs.append((String(line.text), line.number))
      }
    }
    return script(paragraphs.map { ($0.text, nil) })
  }

  /// Paragraphs with those who speak in them. A name with a colon at the beginning tells who speaks from
  /// there on.
  static func script(_ paragraphs: [(text: String, speaker: String?)]) -> Script {
    var speaker: String?
    let blocks = paragraphs.map { paragraph in
      var words = ScriptWord.words(of: paragraph.text)
      if let name = paragraph.speaker { speaker = name }
      if let length = SpeakerName.length(in: words), length < words.count {
        let label = words[..<length].map(\.text).joined(separator: " ")
        speaker = String(label.dropLast())
        words.removeFirst(length)
      }
      return ScriptBlock(words: words, speaker: speaker)
    }
    return Script(form: .paragraphs, blocks: blocks)
  }
}

/// The name of a speaker before what is said: "Anna: Good morning."
enum SpeakerName {
  /// Words of a name at most.
  private static let longest = 4

  /// How many words at the beginning are a name, its colon at the end of the last; nil where none are.
  /// Each begins with a capital letter or a digit.
  static func length(in words: [ScriptWord]) -> Int? {
    for (index, word) in words.prefix(longest).enumerated() {
      let isColon = word.text == ":" && index > 0
      guard word.text.first.map({ $0.isUppercase || $0.isNumber }) ?? false || isColon else {
        return nil
      }
      if word.text.hasSuffix(":") {
        // A clock such as 12:30: names nobody.
        return words[0].text.first?.isNumber == true ? nil : index + 1
      }
    }
    return nil
  }
}
