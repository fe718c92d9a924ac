/// Remarks that are not speech: `[laughter]`, `<noise>`, `(coughs)`.
enum BracketedText {
  /// The text without what lies between a bracket and the next closing one of its kind, the
  /// brackets included; one that is never closed stays.
  static func removed(from text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var kept = String.UnicodeScalarView()
    var index = 0
    // Of brackets that are never closed there may be any number; each is looked for once.
    let last = last(scalars)
    while index < scalars.count {
      if let closing = closing(scalars[index]), index < last[closing] ?? -1,
        let end = scalars[(index + 1)...].firstIndex(of: closing)
      {
        index = end + 1
      } else {
        kept.append(scalars[index])
        index += 1
      }
    }
    return String(kept)
  }

  /// Where each closing bracket stands last.
  private static func last(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar: Int] {
    var last: [Unicode.Scalar: Int] = [:]
    for (index, scalar) in scalars.enumerated() where "])>".unicodeScalars.contains(scalar) {
      last[scalar] = index
    }
    return last
  }

  private static func closing(_ opening: Unicode.Scalar) -> Unicode.Scalar? {
    switch opening {
    case "[": "]"
    case "(": ")"
    case "<": ">"
    default: nil
    }
  }
}
