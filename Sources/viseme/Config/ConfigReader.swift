import Support

/// Reads the part of TOML 1.0 that options need: tables, and keys with a text, number, boolean or list on
/// one line.
enum ConfigReader {
  static func entries(_ text: String) throws(ConfigFault) -> [ConfigEntry] {
    var entries: [ConfigEntry] = []
    var table = ""
    for (number, line) in TextFile.lines(text) {
      var scanner = LineScanner(rest: line)
      scanner.skipSpaces()
      if scanner.isAtEnd { continue }
      if scanner.take("[") {
        guard let name = scanner.tableName() else { throw .syntax(line: number) }
        table = name
        continue
      }
      guard let key = scanner.key(), scanner.takeEquals(), let value = scanner.value(),
        scanner.isAtEnd
      else { throw .syntax(line: number) }
      if let first = entries.first(where: { $0.table == table && $0.key == key }) {
        throw .twice(key, line: number, first: first.line)
      }
      entries.append(ConfigEntry(table: table, key: key, value: value, line: number))
    }
    return entries
  }
}

/// One line of TOML, read from its left.
private struct LineScanner {
  var rest: Substring

  /// Nothing but a comment follows.
  var isAtEnd: Bool {
    var copy = self
    copy.skipSpaces()
    return copy.rest.isEmpty || copy.rest.first == "#"
  }

  mutating func skipSpaces() {
    rest = rest.drop { $0 == " " || $0 == "\t" }
  }

  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  mutating func takeEquals() -> Bool {
    skipSpaces()
    guard take("=") else { return false }
    skipSpaces()
    return true
  }

  /// `models.install]` to the end of the line, as "models install".
  mutating func tableName() -> String? {
    var parts: [String] = []
    repeat {
      skipSpaces()
      guard let part = key() else { return nil }
      parts.append(part)
      skipSpaces()
    } while take(".")
    return take("]") && isAtEnd ? parts.joined(separator: " ") : nil
  }

  /// A bare key or a quoted one.
  mutating func key() -> String? {
    if rest.first == "\"" || rest.first == "'" { return string() }
    return word { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }

  mutating func value() -> ConfigValue? {
    switch rest.first {
    case "\"", "'": return string().map { .text($0) }
    case "[": return list().map { .list($0) }
    default:
      guard let word = word({ !" \t,]#".contains($0) }) else { return nil }
      if word == "true" || word == "false" { return .flag(word == "true") }
      return number(word).map { .number($0) }
    }
  }

  private mutating func list() -> [String]? {
    guard take("[") else { return nil }
    var items: [String] = []
    skipSpaces()
    while !take("]") {
      switch value() {
      case .text(let text): items.append(text)
      case .number(let number): items.append(number)
      case .flag, .list, nil: return nil
      }
      skipSpaces()
      if !take(","), rest.first != "]" { return nil }
      skipSpaces()
    }
    return items
  }

  /// A number without the underscores that TOML allows between digits.
  private func number(_ word: String) -> String? {
    let plain = word.filter { $0 != "_" }
    return Double(plain).map(\.isFinite) == true ? plain : nil
  }

  private mutating func word(_ belongs: (Character) -> Bool) -> String? {
    let word = rest.prefix(while: belongs)
    rest = rest[word.endIndex...]
    return word.isEmpty ? nil : String(word)
  }

  /// Basic between double quotes, literal between single ones.
  private mutating func string() -> String? {
    let quote = rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == quote { return text }
      guard character == "\\", quote == "\"" else {
        text.append(character)
        continue
      }
      guard let escaped = escape() else { return nil }
      text.append(escaped)
    }
    return nil
  }

  /// What follows a backslash.
  private mutating func escape() -> Character? {
    let plain: [Character: Character] = [
      "\"": "\"", "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{c}",
      "e": "\u{1b}",
    ]
    guard let letter = rest.popFirst() else { return nil }
    if let character = plain[letter] { return character }
    guard letter == "u" || letter == "U" else { return nil }
    let digits = rest.prefix(letter == "u" ? 4 : 8)
    rest = rest[digits.endIndex...]
    guard digits.count == (letter == "u" ? 4 : 8), let code = UInt32(digits, radix: 16) else {
      return nil
    }
    return Unicode.Scalar(code).map { Character($0) }
  }
}
