import Support

/// A text from outside as it can be shown on a line: what moves a terminal's cursor or turns the direction
/// of writing is written out, so are bytes of a file name that are no UTF-8, and of a text of more than `most` bytes the middle is left out.
func displayed(_ text: String, most: Int = 240) -> String {
  let text = text.readableFileName
  if text.utf8.count <= most {
    let whole = DisplayedText.escaped(text)
    if whole.utf8.count <= most { return whole }
  }
  // Nothing longer is gone through: a text may have any length.
  let (gap, scalars) = ("...", text.unicodeScalars)
  let room = max(most - gap.utf8.count, 0)
  let head = DisplayedText.fitting(scalars.prefix(most), room - room / 3)
  let tail = DisplayedText.fitting(scalars.suffix(most).reversed(), room / 3)
  return head.joined() + gap + tail.reversed().joined()
}

/// Which characters of a text from outside are written out.
enum DisplayedText {
  /// The whole text, as it can be shown.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.allSatisfy(isPlain) ? text : text.unicodeScalars.map(shown).joined()
  }

  /// The first of `scalars`, as they can be shown, that fit into `most` bytes.
  fileprivate static func fitting(_ scalars: some Sequence<Unicode.Scalar>, _ most: Int) -> [String]
  {
    var (pieces, bytes): ([String], Int) = ([], 0)
    for piece in scalars.lazy.map(shown) {
      bytes += piece.utf8.count
      if bytes > most { break }
      pieces.append(piece)
    }
    return pieces
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    isPlain(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }

  /// Whether a character takes a place on the line and leaves the others alone. Of those that have no width
  /// the joiners, which belong to words, and the soft hyphen do.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return 0x20..<0x7F ~= scalar.value }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return false
    case .format: return [0xAD, 0x200C, 0x200D].contains(scalar.value)
    default: return true
    }
  }
}
