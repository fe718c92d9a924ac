/// Words beside a number that say that it names something rather than counts.
enum NumberLabels {
  /// Whether the number of these words is one of a date, page, room, version or the like.
  static func hold(_ range: Range<Int>, in words: [SplitWord]) -> Bool {
    let before = range.lowerBound > 0 ? words[range.lowerBound - 1] : nil
    let follows = range.upperBound < words.count ? words[range.upperBound...].prefix(2) : []
    let isClosed = words[range.upperBound - 1].endsPhrase
    if let before, !before.endsPhrase {
      if nouns.contains(before.core) || isMonth(before) { return true }
      let token = Token(before.core)
      let isName =
        before.isCapitalised && before.core != "i" && !token.isFunctionWord
        && !English.intensifiers.contains(token.core)
      if isName, words[range].contains(where: \.isNumeral) { return true }
    }
    guard !isClosed, let next = follows.first else { return false }
    if unitSigns.contains(next.core) { return true }
    // "the fifth of May"
    return next.core == "of" && (follows.dropFirst().first.map(isMonth) ?? false)
  }

  private static func isMonth(_ word: SplitWord) -> Bool {
    word.isCapitalised && months.contains(word.core)
  }

  private static let months: Set = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  private static let nouns: Set = [
    "number", "page", "pages", "chapter", "room", "version", "step", "figure", "section", "part",
    "phase", "level", "type", "group", "option", "item", "unit", "route", "channel", "grade",
    "size", "line", "question", "slide", "table", "appendix", "article", "track", "gate",
  ]

  private static let unitSigns: Set = [
    "km", "m", "cm", "mm", "kg", "g", "mg", "l", "ml", "mb", "gb", "tb", "kb", "hz", "khz", "mhz",
    "ghz", "ms", "kw", "mph", "db",
  ]
}
