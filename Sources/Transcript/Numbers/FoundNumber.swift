/// A number among words, with its two spellings.
struct FoundNumber {
  enum Kind {
    /// How many, and what they are.
    case count(Int)
    /// Which one of a row.
    case ordinal(Int)
    case year
    /// Money, shares, times of day, decimals: in digits wherever digits are written at all.
    case measure
  }

  /// The words it takes.
  let range: Range<Int>
  let kind: Kind
  /// In digits: mostly one word, "5 million" two.
  let digits: [String]
  /// In words; nil for one that stays in digits.
  let words: [String]?
  /// Whether it is a number of a date, a page, a version or the like.
  var isLabelled = false
}

extension FoundNumber {
  /// A number that was read as `quantity`; nil for one that has no fixed spelling.
  init?(_ quantity: Quantity, range: Range<Int>, words: [String]?, isYear: Bool) {
    guard let digits = Self.digits(quantity, isYear: isYear) else { return nil }
    let value = Int(quantity.whole) ?? .max
    switch quantity.suffix {
    case "":
      let isMeasure = !quantity.currency.isEmpty || !quantity.fraction.isEmpty
      kind = isMeasure ? .measure : isYear ? .year : .count(value)
    case "%": kind = .measure
    default: kind = .ordinal(value)
    }
    self.range = range
    self.digits = digits
    self.words = words
  }

  /// As it is written: thousands with commas but in years, from a million on with the power's name.
  private static func digits(_ quantity: Quantity, isYear: Bool) -> [String]? {
    let (currency, suffix) = (quantity.currency, quantity.suffix)
    if !quantity.fraction.isEmpty {
      return ["\(currency)\(grouped(quantity.whole)).\(quantity.fraction)\(suffix)"]
    }
    guard suffix.isEmpty || suffix == "%" else {
      return [grouped(quantity.whole) + ordinalEnding(quantity.whole)]
    }
    for magnitude in Magnitude.allCases where suffix.isEmpty {
      guard let short = magnitude.shortened(quantity.whole) else { continue }
      let fraction = short.fraction.isEmpty ? "" : "." + short.fraction
      return ["\(currency)\(short.whole)\(fraction)", magnitude.rawValue]
    }
    return [currency + (isYear ? quantity.whole : grouped(quantity.whole)) + suffix]
  }

  private static func ordinalEnding(_ digits: String) -> String {
    if digits.suffix(2).first == "1", digits.count > 1 { return "th" }
    return ["1": "st", "2": "nd", "3": "rd"][digits.suffix(1)] ?? "th"
  }

  private static func grouped(_ digits: String) -> String {
    digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset).isMultiple(of: 3) { text += "," }
      text.append(digit.element)
    }
  }
}
