import Transcript

/// Text from outside (names, words, paths) made fit for where it is shown.
enum ReportText {
  /// On one line and without control characters, which could move a terminal's cursor or end a
  /// line of a table.
  static func line(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: line += " "
      default: line.unicodeScalars.append(isDirectional(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return line
  }

  /// For the content and the quoted attributes of XML and HTML. Characters that XML 1.0 cannot
  /// hold become U+FFFD.
  static func markup(_ text: String) -> String {
    var markup = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "'": markup += "&#39;"
      case "\t", "\n", "\r": markup.unicodeScalars.append(scalar)
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": markup += "\u{FFFD}"
      default: markup.unicodeScalars.append(scalar)
      }
    }
    return markup
  }

  /// A JSON string (RFC 8259, section 7) that can stand inside an HTML `script` element: no `<`,
  /// `>` or `&` is left bare.
  static func json(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "<", ">", "&", "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }

  /// Plain text in a line of Markdown: nothing in it is a mark.
  static func markdown(_ text: String) -> String {
    var markdown = ""
    for scalar in line(text).unicodeScalars {
      switch scalar {
      case "<": markdown += "&lt;"
      case "&": markdown += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", ">": markdown += "\\\(scalar)"
      default: markdown.unicodeScalars.append(scalar)
      }
    }
    return markdown
  }

  /// Columns that a text takes on a terminal.
  static func columns(_ text: String) -> Int {
    TextColumns.count(text)
  }

  /// The text cut to at most so many columns, with an ellipsis where something is missing.
  static func clipped(_ text: String, columns limit: Int) -> String {
    guard columns(text) > limit else { return text }
    var (clipped, used) = ("", 0)
    for character in text {
      used += columns(String(character))
      if used > limit - 1 { break }
      clipped.append(character)
    }
    return limit > 0 ? clipped + "…" : ""
  }

  /// Lines of at most so many columns, broken at spaces; a longer word stays whole.
  static func wrapped(_ text: String, columns limit: Int) -> [String] {
    text.split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, columns("\(last) \(word)") <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }

  /// Marks that turn the direction of what follows, and so could disguise it.
  private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
