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
  /// Scripts at its ends, without punctuation.
  let firstScript: Script
  let lastScript: Script

  init(_ text: String) {
    let trimmed = text.drop { !Self.isWordCharacter($0) }
    let end = trimmed.lastIndex(where: Self.isWordCharacter)
    let inner = end.map { trimmed[...$0] } ?? ""
    let tail = end.map { trimmed[trimmed.index(after: $0)...] } ?? text[...]
    core = inner.lowercased().replacing("\u{2019}", with: "'")
    close = Self.close(tail)
    hasFullStop = tail.first == "."
    opensBracket =
      text.first.map { "([\u{2013}\u{2014}\u{2026}\"\u{201C}\u{300C}\u{300E}\u{FF08}".contains($0) }
      ?? false
    firstScript = Script(text.first)
    lastScript = Script(inner.last)
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
    if tail.contains(where: { sentenceMarks.contains($0) }) { return .sentence }
    if tail.contains(where: { clauseMarks.contains($0) }) || tail.contains("--") {
      return .clause
    }
    let isComma = tail.contains { commaMarks.contains($0) }
    return isComma || tail.hasSuffix("-") ? .comma : .none
  }

  /// Latin, Chinese and Japanese, Arabic, Devanagari, Armenian, Ethiopic and Khmer marks.
  private static let sentenceMarks: Set<Character> = Set(
    ".?!\u{2026}\u{3002}\u{FF01}\u{FF1F}\u{FF0E}\u{061F}\u{06D4}\u{0964}\u{0965}\u{0589}\u{1362}\u{17D4}"
  )
  private static let clauseMarks: Set<Character> = Set(
    ";:)]\u{2013}\u{2014}\u{FF1A}\u{FF1B}\u{FF09}\u{300D}\u{300F}\u{061B}")
  private static let commaMarks: Set<Character> = Set(",\u{3001}\u{FF0C}\u{060C}")

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
