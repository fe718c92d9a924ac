/// Lower case without punctuation other than apostrophes within words.
enum PlainNormaliser {
  static func words(_ text: String) -> [String] {
    text.lowercased().unicodeScalars
      .split { !($0.isLetterMarkOrNumber || $0.isApostrophe) }
      .map { part in
        var word = String.UnicodeScalarView()
        word.append(contentsOf: part.map { $0.isApostrophe ? "'" : $0 })
        return String(word).trimming("'")
      }
      .filter { !$0.isEmpty }
  }
}

extension Unicode.Scalar {
  /// Straight, typographic, and the modifier letter.
  var isApostrophe: Bool {
    self == "'" || self == "\u{2019}" || self == "\u{2018}" || self == "\u{02BC}"
  }

  /// A letter, a mark on one, or a number of any script.
  var isLetterMarkOrNumber: Bool {
    if isASCII { return isDigit || "a" <= self && self <= "z" || "A" <= self && self <= "Z" }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber,
      .nonspacingMark, .spacingMark, .enclosingMark:
      true
    default: false
    }
  }

  /// A digit from 0 to 9.
  var isDigit: Bool { "0" <= self && self <= "9" }
}

extension String {
  /// Without `character` at both ends.
  func trimming(_ character: Character) -> String {
    var rest = self[...]
    while rest.first == character { rest.removeFirst() }
    while rest.last == character { rest.removeLast() }
    return String(rest)
  }
}
