/// Letters and digits that are written together.
enum NumeralSplitting {
  private static let suffixes: Set = ["st", "nd", "rd", "th", "s"]

  /// The words, parted between letters and digits ("10k" is "10 k"); the endings of ordinals and
  /// plurals are joined to their digits ("5 th" is "5th").
  static func split(_ words: [String]) -> [String] {
    var split: [String] = []
    for part in words.flatMap(parts) {
      if suffixes.contains(part), let last = split.last, last.unicodeScalars.last?.isDigit == true {
        split[split.count - 1] = last + part
      } else {
        split.append(part)
      }
    }
    return split
  }

  private static func parts(_ word: String) -> [String] {
    var parts: [String] = []
    var previous: Unicode.Scalar?
    for scalar in word.unicodeScalars {
      let isBoundary = previous.map { isParted($0, scalar) || isParted(scalar, $0) } ?? true
      if isBoundary { parts.append("") }
      parts[parts.count - 1].unicodeScalars.append(scalar)
      previous = scalar
    }
    return parts
  }

  private static func isParted(_ letter: Unicode.Scalar, _ digit: Unicode.Scalar) -> Bool {
    digit.isDigit && !letter.isDigit && letter.isLetterMarkOrNumber
  }
}
