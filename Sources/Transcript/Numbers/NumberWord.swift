/// A word that stands for a number, or for a part of one.
package struct NumberWord: Sendable {
  enum Kind: Sendable {
    /// "zero".
    case zero
    /// "oh" or "o", which is a zero only within a number.
    case oh
    /// 1 to 9.
    case unit(Int)
    /// 10 to 19.
    case teen(Int)
    /// 20, 30 and so on.
    case tens(Int)
    /// A power of ten with so many zeros: hundred, thousand, million…
    case power(zeros: Int)
  }

  let kind: Kind
  /// What an ordinal or a plural has after its digits; empty for a cardinal.
  let suffix: String

  /// Nil for any other word.
  package init?(_ word: String) {
    guard let known = Self.known[word] else { return nil }
    self = known
  }

  private init(kind: Kind, suffix: String) {
    self.kind = kind
    self.suffix = suffix
  }

  private static let known: [String: NumberWord] = {
    var known: [String: NumberWord] = [
      "zero": NumberWord(kind: .zero, suffix: ""),
      "zeroth": NumberWord(kind: .zero, suffix: "th"),
      "oh": NumberWord(kind: .oh, suffix: ""),
      "o": NumberWord(kind: .oh, suffix: ""),
    ]
    for name in names {
      known[name.cardinal] = NumberWord(kind: name.kind, suffix: "")
      known[name.plural] = NumberWord(kind: name.kind, suffix: "s")
      known[name.ordinal] = NumberWord(kind: name.kind, suffix: name.ordinalSuffix)
    }
    return known
  }()

  private struct Name {
    let cardinal: String
    let kind: Kind

    var plural: String {
      if cardinal.hasSuffix("x") { return cardinal + "es" }
      return cardinal.hasSuffix("y") ? cardinal.dropLast() + "ies" : cardinal + "s"
    }

    var ordinal: String {
      if let irregular = Self.irregularOrdinals[cardinal] { return irregular }
      return cardinal.hasSuffix("y") ? cardinal.dropLast() + "ieth" : cardinal + "th"
    }

    var ordinalSuffix: String { ["one": "st", "two": "nd", "three": "rd"][cardinal] ?? "th" }

    private static let irregularOrdinals = [
      "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
      "nine": "ninth", "twelve": "twelfth",
    ]
  }

  /// 0 to 19.
  static let small = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  /// By tens, from 20 at 2 on.
  static let tens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]

  /// The ordinal of a cardinal in words; other words stay as they are.
  static func ordinal(of cardinal: String) -> String {
    ordinals[cardinal] ?? cardinal
  }

  private static let ordinals = Dictionary(
    uniqueKeysWithValues: names.map { ($0.cardinal, $0.ordinal) } + [("zero", "zeroth")])

  private static let names: [Name] = {
    let powers = [
      "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15,
      "quintillion": 18, "sextillion": 21, "septillion": 24, "octillion": 27, "nonillion": 30,
      "decillion": 33,
    ]
    let counted = small.indices.dropFirst().map {
      Name(cardinal: small[$0], kind: $0 < 10 ? .unit($0) : .teen($0))
    }
    return counted
      + tens.indices.dropFirst(2).map { Name(cardinal: tens[$0], kind: .tens(10 * $0)) }
      + powers.map { Name(cardinal: $0.key, kind: .power(zeros: $0.value)) }
  }()
}
