import Transcript

/// Numbers and sums of money in words become digits: "ten thousand dollars" is "$10000".
enum SpokenNumbers {
  /// The words with every number as one word.
  static func written(_ words: [String]) -> [String] {
    var reader = NumberReader(words)
    var items: [Item] = []
    while let word = reader.word {
      if let quantity = reader.quantity() {
        append(quantity, to: &items)
      } else {
        items.append(.word(word))
        reader.skip()
      }
    }
    return items.map(\.text)
  }

  private enum Item {
    case word(String)
    case quantity(Quantity)

    var text: String {
      switch self {
      case .word(let word): word == "1s" ? "ones" : word
      case .quantity(let quantity): quantity.text
      }
    }

    var isAnd: Bool {
      if case .word("and") = self { true } else { false }
    }
  }

  /// Cents join the sum before them, with or without an "and".
  private static func append(_ quantity: Quantity, to items: inout [Item]) {
    let place = items.count - (items.last?.isAnd == true ? 2 : 1)
    if place >= 0, case .quantity(var sum) = items[place], sum.add(cents: quantity) {
      items.removeSubrange(place...)
      items.append(.quantity(sum))
    } else {
      items.append(.quantity(quantity))
    }
  }
}

extension Quantity {
  /// The number as Whisper's normaliser writes it; a bare 1 is "one", and sums below 1 are in cents.
  fileprivate var text: String {
    if sign.isEmpty, currency.isEmpty, fraction.isEmpty, whole == "1",
      suffix.isEmpty || suffix == "s"
    {
      return "one" + suffix
    }
    if !currency.isEmpty, fraction.count == 2, whole.allSatisfy({ $0 == "0" }) {
      return sign + "¢" + (fraction.first == "0" ? fraction.dropFirst() : fraction[...]) + suffix
    }
    return sign + currency + whole + (fraction.isEmpty ? "" : "." + fraction) + suffix
  }
}
