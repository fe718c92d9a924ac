/// A word with the marks around it taken off, as numbers are looked for.
struct SplitWord {
  /// Quotes and brackets before it.
  let prefix: String
  /// In lower case, with straight apostrophes.
  let core: String
  /// Marks behind it.
  let suffix: String
  let isCapitalised: Bool
  /// What a reader of numbers reads of it: "twenty" and "five" of "twenty-five", "2500" of "2,500".
  let pieces: [String]
  /// Digits alone, or with a currency, a point, a percent sign or an ordinal's ending.
  let isNumeral: Bool
  /// Whether a sentence ends behind it, and whether any mark parts it from the next word.
  let endsSentence: Bool
  let endsPhrase: Bool

  init(_ text: String) {
    let characters = Array(text)
    let first = characters.firstIndex(where: Self.isInner) ?? characters.endIndex
    let last = characters.lastIndex { Self.isInner($0) || $0 == "%" }
    let end = max(first, last.map { $0 + 1 } ?? first)
    prefix = String(characters[..<first])
    let inner = String(characters[first..<end])
    let dotted = ["a.m", "p.m"].contains(inner.lowercased()) && end < characters.count
    // The point of "p.m." is its own.
    core = inner.lowercased().replacing("\u{2019}", with: "'") + (dotted ? "." : "")
    suffix = String(characters[(dotted ? end + 1 : end)...])
    isCapitalised = inner.first?.isUppercase ?? false
    isNumeral = inner.contains { $0.isNumber }
    pieces = Self.pieces(core)
    endsSentence = suffix.contains { ".?!\u{2026}".contains($0) }
    endsPhrase = !suffix.isEmpty
  }

  private static func isInner(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "$€£¢".contains(character)
  }

  private static func pieces(_ core: String) -> [String] {
    let parts = core.split(separator: "-").map(String.init)
    if parts.count > 1, parts.allSatisfy({ NumberWord($0) != nil }) { return parts }
    return [ungrouped(core)]
  }

  /// "$12,500" as "$12500"; the text itself where its commas do not part thousands.
  private static func ungrouped(_ core: String) -> String {
    let groups = core.split(separator: ",", omittingEmptySubsequences: false)
    guard groups.count > 1, groups[0].contains(where: \.isNumber),
      groups[0].filter(\.isNumber).count <= 3
    else { return core }
    let isGrouped = groups.dropFirst().enumerated().allSatisfy { index, group in
      let digits = group.prefix { $0.isNumber }
      let rest = group.dropFirst(digits.count)
      return digits.count == 3 && (rest.isEmpty || index == groups.count - 2)
    }
    return isGrouped ? groups.joined() : core
  }

  /// Whether only quotes and brackets stand before it: not "#5", "-5" or "~5".
  var hasPlainPrefix: Bool { prefix.allSatisfy { "\"'([\u{201C}\u{2018}".contains($0) } }
}
