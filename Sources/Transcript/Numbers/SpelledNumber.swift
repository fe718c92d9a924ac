/// English words for numbers, each a word of its own ("twenty", "five"), without "and".
enum SpelledNumber {
  /// A whole number below a billion, as it is counted; nil for one with zeros in front.
  static func cardinal(_ digits: String) -> [String]? {
    guard let value = Int(digits), 0..<1_000_000_000 ~= value, String(value) == digits else {
      return nil
    }
    if value == 0 { return ["zero"] }
    var words = belowThousand(value % 1000)
    if value >= 1000, value / 1000 % 1000 > 0 {
      words = belowThousand(value / 1000 % 1000) + ["thousand"] + words
    }
    return value >= 1_000_000 ? belowThousand(value / 1_000_000) + ["million"] + words : words
  }

  /// Four digits as years are said: "nineteen eighty four", "nineteen oh four", "nineteen hundred".
  static func year(_ digits: String) -> [String]? {
    guard digits.count == 4, let value = Int(digits), isYear(value), value / 10 != 200 else {
      return nil
    }
    let (century, rest) = (belowThousand(value / 100), value % 100)
    if rest == 0 { return century + ["hundred"] }
    return century + (rest < 10 ? ["oh"] : []) + belowThousand(rest)
  }

  /// Whether four digits without a comma are more likely a year than a count.
  static func isYear(_ value: Int) -> Bool { 1100...2099 ~= value }

  /// The words with the last one as an ordinal: "twenty", "first".
  static func ordinal(_ words: [String]) -> [String] {
    guard let last = words.last else { return [] }
    return words.dropLast() + [NumberWord.ordinal(of: last)]
  }

  /// The words as they are written: tens and units with a hyphen, "twenty-five".
  static func hyphenated(_ words: [String]) -> [String] {
    words.reduce(into: []) { written, word in
      if let last = written.last, joins(last, word) {
        written[written.count - 1] = "\(last)-\(word)"
      } else {
        written.append(word)
      }
    }
  }

  /// Whether a hyphen stands between two words: between tens and what is below ten.
  static func joins(_ left: String, _ right: String) -> Bool {
    guard let left = NumberWord(left), let right = NumberWord(right), left.suffix.isEmpty,
      case .tens = left.kind, case .unit = right.kind
    else { return false }
    return true
  }

  /// Everything that may be said for a number in digits, without "and".
  static func readings(_ quantity: Quantity) -> [[String]] {
    guard quantity.sign.isEmpty else { return [] }
    let bare = bareReadings(quantity)
    switch quantity.suffix {
    case "": break
    case "%": return bare.map { $0 + ["percent"] }
    case "s": return []
    default: return bare.map(ordinal)
    }
    guard let unit = CurrencyName(symbol: quantity.currency) else {
      return quantity.currency.isEmpty ? bare : []
    }
    return bare.map { $0 + [unit.plural] }
  }

  private static func bareReadings(_ quantity: Quantity) -> [[String]] {
    guard quantity.fraction.isEmpty else {
      guard let whole = cardinal(quantity.whole) else { return [] }
      return [whole + ["point"] + digitByDigit(quantity.fraction)]
    }
    let all = [cardinal(quantity.whole), year(quantity.whole), hundreds(quantity.whole)]
    return all.compactMap { $0 } + magnitudes(quantity.whole)
  }

  /// "fifteen hundred" for 1500, and "ninety nine hundred".
  private static func hundreds(_ digits: String) -> [String]? {
    guard digits.count == 4, digits.hasSuffix("00"), let value = Int(digits), value % 1000 > 0
    else { return nil }
    return belowThousand(value / 100) + ["hundred"]
  }

  /// "two point five million" for 2500000.
  private static func magnitudes(_ digits: String) -> [[String]] {
    Magnitude.allCases.compactMap { magnitude in
      guard let short = magnitude.shortened(digits), let whole = cardinal(short.whole) else {
        return nil
      }
      let fraction = digitByDigit(short.fraction)
      return whole + (fraction.isEmpty ? [] : ["point"]) + fraction + [magnitude.rawValue]
    }
  }

  private static func digitByDigit(_ digits: String) -> [String] {
    digits.compactMap { $0.wholeNumberValue.map { NumberWord.small[$0] } }
  }

  /// 0 to 999; nothing for 0.
  private static func belowThousand(_ value: Int) -> [String] {
    if value == 0 { return [] }
    if value >= 100 { return belowThousand(value / 100) + ["hundred"] + belowThousand(value % 100) }
    if value < 20 { return [NumberWord.small[value]] }
    return [NumberWord.tens[value / 10]] + belowThousand(value % 10)
  }
}

/// Powers of ten that people write as a word behind digits.
enum Magnitude: String, CaseIterable {
  case million, billion, trillion

  private var zeros: Int {
    switch self {
    case .million: 6
    case .billion: 9
    case .trillion: 12
    }
  }

  /// Digits in this magnitude with at most two decimals: 2 and 5 for 2500000 in millions; nil where
  /// more would be needed, or none or more than three digits would stand before the point.
  func shortened(_ digits: String) -> (whole: String, fraction: String)? {
    guard zeros < digits.count, digits.count <= zeros + 3 else { return nil }
    let whole = String(digits.dropLast(zeros))
    var fraction = Substring(digits.suffix(zeros))
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.count <= 2 ? (whole, String(fraction)) : nil
  }
}

/// Currencies whose sign is written: others, and pounds, which may be weights, stay words.
enum CurrencyName: String, CaseIterable {
  case dollar = "$"
  case euro = "€"

  init?(symbol: String) { self.init(rawValue: symbol) }

  var singular: String {
    switch self {
    case .dollar: "dollar"
    case .euro: "euro"
    }
  }

  var plural: String { singular + "s" }
}
