/// The words of a number as they were said or written, to be held against what its digits are read as.
struct SaidNumber {
  private let words: [String]

  /// A number of these words; of an indefinite one ("a hundred and twenty") the article is left out.
  init(_ said: [String], isIndefinite: Bool) {
    var words: [String] = isIndefinite ? ["one"] : []
    for word in said {
      switch word {
      case "and": continue
      case "cent" where words.last == "per":
        words.removeLast()
        words.append("percent")
      case "%": words.append("percent")
      case "dollar", "euro": words.append(word + "s")
      default: words.append(word)
      }
    }
    self.words = words
  }

  /// The words in which `quantity` is spelled, without "and", hyphens and units in the singular left
  /// as they are; nil where the words that were said are not a reading of it.
  func spelling(of quantity: Quantity) -> [String]? {
    if let sum = sumOfMoney(quantity) { return sum }
    let readings = SpelledNumber.readings(quantity)
    if let reading = readings.first(where: { $0 == spoken }) {
      return singular(reading, quantity)
    }
    // A numeral with its signs, such as "$5" and "20%", is a reading of itself.
    let isSigned = words.count == 1 && (Quantity(numeral: words[0]) != nil)
    return isSigned ? readings.first.map { singular($0, quantity) } : nil
  }

  /// The words with numerals in them spelled out.
  private var spoken: [String] {
    words.flatMap { word -> [String] in
      guard let quantity = Quantity(numeral: word), quantity.isOpen else { return [word] }
      var bare = quantity
      bare.currency = ""
      let isYear = words.count == 1 && quantity.fraction.isEmpty
      if isYear, let value = Int(quantity.whole), SpelledNumber.isYear(value),
        let year = SpelledNumber.year(quantity.whole)
      {
        return year
      }
      let unit = CurrencyName(symbol: quantity.currency).map { [$0.plural] } ?? []
      return (SpelledNumber.readings(bare).first ?? [word]) + unit
    }.movingUnitsBehind()
  }

  /// "$2.50", and "three dollars and fifty cents".
  private func sumOfMoney(_ quantity: Quantity) -> [String]? {
    guard let unit = CurrencyName(symbol: quantity.currency), quantity.fraction.count == 2,
      let whole = SpelledNumber.cardinal(quantity.whole), whole != ["zero"],
      let cents = SpelledNumber.cardinal(String(quantity.fraction.drop { $0 == "0" }))
    else { return nil }
    let sum =
      whole + [quantity.whole == "1" ? unit.singular : unit.plural] + ["and"] + cents
      + [quantity.fraction == "01" ? "cent" : "cents"]
    let said = spoken.map { $0 == "cent" ? "cents" : $0 }
    let isSaid = said == whole + [unit.plural] + cents + ["cents"]
    let isWritten = words.count == 1 && Quantity(numeral: words[0]) != nil
    return isSaid || isWritten ? sum : nil
  }

  private func singular(_ reading: [String], _ quantity: Quantity) -> [String] {
    guard quantity.whole == "1", quantity.fraction.isEmpty,
      let unit = CurrencyName(symbol: quantity.currency)
    else { return reading }
    return reading.dropLast() + [unit.singular]
  }
}

extension [String] {
  /// "$5 million" is read with its unit behind the power.
  fileprivate func movingUnitsBehind() -> [String] {
    guard let unit = firstIndex(where: { $0 == "dollars" || $0 == "euros" }),
      unit + 1 < count, Magnitude(rawValue: self[unit + 1]) != nil
    else { return self }
    var moved = self
    moved.insert(moved.remove(at: unit), at: unit + 1)
    return moved
  }
}
