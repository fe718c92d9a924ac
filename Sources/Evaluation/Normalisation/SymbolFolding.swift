import Foundation

/// Symbols and diacritics.
enum SymbolFolding {
  /// Symbols that may belong to a number or a sum of money.
  private static let numeric: Set<Unicode.Scalar> = [".", "%", "$", "¢", "€", "£"]

  /// Letters that Unicode does not decompose.
  private static let letters: [Unicode.Scalar: String] = [
    "œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
    "ŧ": "t", "ı": "i",
  ]

  /// Lower-case text as words of letters and digits, and of the symbols of numbers: diacritics go,
  /// other symbols part words, except commas between digits, which go; a full stop stays before a
  /// digit.
  static func folded(_ text: String) -> [String] {
    let scalars = Array(
      text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars)
    var folded = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      if scalar.isASCII && scalar.isLetterMarkOrNumber {
        folded.append(scalar)
      } else if let letters = letters[scalar] {
        folded.append(contentsOf: letters.unicodeScalars)
      } else if scalar == "," && index > 0 && scalars[index - 1].isDigit && next.isDigit {
        continue
      } else if scalar == "." {
        folded.append(next.isDigit ? scalar : " ")
      } else if numeric.contains(scalar) {
        folded.append(scalar)
      } else if isInvisible(scalar) {
        continue
      } else {
        folded.append(scalar.isLetterMarkOrNumber ? scalar : " ")
      }
    }
    return folded.split(separator: " ").map(String.init)
  }

  /// Marks on letters, and what has no width, such as a soft hyphen.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return category == .nonspacingMark || category == .format
  }

  /// The words that are left of one when the symbols outside numbers are taken out of it.
  static func withoutLooseSymbols(_ word: String) -> [String] {
    let scalars = Array(word.unicodeScalars)
    guard scalars.contains(where: numeric.contains) else { return [word] }
    var kept = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let follows = index > 0 && scalars[index - 1].isDigit
      let precedes =
        index + 1 < scalars.count && (scalars[index + 1].isDigit || scalars[index + 1] == ".")
      let isLoose = numeric.contains(scalar) && !(scalar == "%" ? follows : precedes)
      kept.append(isLoose ? " " : scalar)
    }
    return kept.split(separator: " ").map(String.init)
  }
}
