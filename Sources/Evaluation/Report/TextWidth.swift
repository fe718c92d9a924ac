/// Room that text takes in a picture, estimated without the font: nobody knows which one the
/// reader has. The widths are those of wide common fonts (Verdana, DejaVu Sans), so that real text
/// is narrower.
enum TextWidth {
  /// Width in units of a text of a font size.
  static func estimate(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let ems = text.reduce(0.0) { $0 + width($1) }
    return ems * size * (isBold ? 1.1 : 1)
  }

  /// Cut to a width, with an ellipsis in the middle: names differ at both ends.
  static func clipped(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    guard estimate(text, size: size, isBold: isBold) > limit else { return text }
    // A character is at least a third of an em wide: the rest cannot stay.
    let most = Int(limit / size * 3)
    var (head, tail) = (text.prefix(most), text.dropFirst(min(most, text.count / 2)).suffix(most))
    while !head.isEmpty || !tail.isEmpty {
      if head.count > tail.count { head.removeLast() } else { tail.removeFirst() }
      if estimate("\(head)…\(tail)", size: size, isBold: isBold) <= limit { break }
    }
    return "\(head)…\(tail)"
  }

  /// Lines no wider than the limit, broken at spaces; a longer word is cut.
  static func lines(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      let longer = lines.last.map { "\($0) \(word)" }
      if let longer, estimate(longer, size: size, isBold: isBold) <= limit {
        lines[lines.count - 1] = longer
      } else {
        lines.append(clipped(word, to: limit, size: size, isBold: isBold))
      }
    }
    return lines
  }

  /// In ems.
  private static func width(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", ".", ",", ":", ";", "!", "'", "|", " ": 0.36
    case "f", "r", "t", "-", "(", ")", "/": 0.45
    case "m", "w", "M", "W", "@", "%", "…", "—": 1
    case "A"..."Z", "&": 0.76
    default: ReportText.columns(String(character)) == 2 ? 1.05 : 0.66
    }
  }
}
