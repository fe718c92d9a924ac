/// A word as line breaking sees it.
struct Token: Sendable {
  /// What a word ends with.
  enum Close: Sendable {
    case none, comma, clause, sentence
  }

  /// In lower case, without the punctuation around it, with straight apostrophes.
  let core: String
  let close: Close
  let hasFullStop: Bool
  let opensBracket: Bool
  let isCapitalised: Bool
  let isLowercase: Bool
  let isNumber: Bool

  init(_ text: String) {
    let trimmed = text.drop { !Self.isWordCharacter($0) }
    let end = trimmed.lastIndex(where: Self.isWordCharacter)
    let inner = end.map { trimmed[...$0] } ?? ""
    let tail = end.map { trimmed[trimmed.index(after: $0)...] } ?? text[...]
    core = inner.lowercased().replacing("\u{2019}", with: "'")
    close = Self.close(tail)
    hasFullStop = tail.first == "."
    opensBracket = text.first.map { "([\u{2013}\u{2014}\u{2026}\"\u{201C}".contains($0) } ?? false
    isCapitalised = (inner.first?.isUppercase ?? false) && core != "i" && !core.hasPrefix("i'")
    isLowercase = inner.first?.isLowercase ?? false
    isNumber = (inner.first?.isNumber ?? false) || English.numbers.contains(core)
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "%" || character == "$"
      || character == "\u{00A3}" || character == "\u{20AC}"
  }

  /// The strongest mark of the punctuation after a word, so that `."` ends a sentence.
  private static func close(_ tail: Substring) -> Close {
    if tail.contains(where: { ".?!\u{2026}".contains($0) }) { return .sentence }
    if tail.contains(where: { ";:)]\u{2013}\u{2014}".contains($0) }) || tail.contains("--") {
      return .clause
    }
    return tail.contains(",") || tail.hasSuffix("-") ? .comma : .none
  }

  var isArticle: Bool { English.articles.contains(core) }
  var isDeterminer: Bool { English.determiners.contains(core) }
  var isPreposition: Bool { English.prepositions.contains(core) }
  var isSubjectPronoun: Bool { English.subjectPronouns.contains(core) }

  var isConjunction: Bool {
    English.coordinators.contains(core) || English.subordinators.contains(core)
  }

  var isAuxiliary: Bool {
    English.auxiliaries.contains(core) || English.auxiliaryEndings.contains(where: core.hasSuffix)
  }

  var isAdjective: Bool {
    English.adjectives.contains(core) || English.adjectiveEndings.contains(where: core.hasSuffix)
  }

  /// Starts a phrase rather than going on with one.
  var isFunctionWord: Bool {
    isArticle || isDeterminer || isPreposition || isSubjectPronoun || isConjunction || isAuxiliary
  }

  /// A capital letter, or several with dots between them, as in "J. Smith" or "the U.S. market".
  var isInitial: Bool {
    isCapitalised && !isNumber && (core.count == 1 || (core.contains(".") && core.count <= 5))
  }
}
