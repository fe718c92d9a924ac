/// Columns that text takes where every character has one or two (UAX 11), as in subtitles and on a
/// terminal.
package enum TextColumns {
  /// Columns of a whole text.
  package static func count(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + count($1) }
  }

  /// The longest beginning of `text` that takes no more than so many columns.
  static func prefix(of text: String, columns limit: Int) -> String {
    var room = limit
    return String(
      text.prefix { character in
        room -= count(character)
        return room >= 0
      })
  }

  private static func count(_ character: Character) -> Int {
    character.unicodeScalars.first.map(count) ?? 0
  }

  /// Two for what East Asian fonts draw in a full square and for emoji, none for marks that
  /// combine, otherwise one.
  private static func count(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
