/// Remarks that are not speech: `[laughter]`, `<noise>`, `(coughs)`.
enum BracketedText {
  /// The text without what lies between a bracket and the next closing one of its kind, the
  /// brackets included; one that is never closed stays.
  static func removed(from text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var kept = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if let closing = closing(scalars[index]),
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

  private static func closing(_ opening: Unicode.Scalar) -> Unicode.Scalar? {
    switch opening {
    case "[": "]"
    case "(": ")"
    case "<": ">"
    default: nil
    }
  }
}
