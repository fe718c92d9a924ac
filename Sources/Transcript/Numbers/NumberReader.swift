/// Finds numbers in words.
///
/// A number is a sign, digits or number words, a fraction, powers of ten, and a unit. Number words
/// are composed as they are spoken: "two hundred and five" is 205, "nineteen eighty four" 1984 and
/// "one oh one" 101, while "two hundred two hundred" are two numbers.
package struct NumberReader: Sendable {
  private let words: ArraySlice<String>
  /// How many words have been read.
  package private(set) var position = 0

  package init(_ words: [String]) { self.init(words[...]) }

  /// Reads a part of a longer text without a copy of it.
  init(_ words: ArraySlice<String>) { self.words = words }

  /// The word to read next; nil at the end.
  package var word: String? { word(at: 0) }

  /// Passes over a word.
  package mutating func skip() {
    position += 1
  }

  /// The number that starts here; nil, and nothing read, where none does.
  package mutating func quantity() -> Quantity? {
    let start = position
    let sign = Self.signs[words[words.startIndex + position]]
    if sign != nil { position += 1 }
    guard var quantity = magnitude() else {
      position = start
      return nil
    }
    quantity.sign = sign ?? ""
    addUnit(&quantity)
    return quantity
  }

  private static let signs = ["minus": "-", "negative": "-", "plus": "+", "positive": "+"]

  private func word(at offset: Int) -> String? {
    position + offset < words.count ? words[words.startIndex + position + offset] : nil
  }

  private func numberWord(at offset: Int) -> NumberWord? {
    word(at: offset).flatMap(NumberWord.init)
  }

  private mutating func magnitude() -> Quantity? {
    guard var quantity = digits() ?? spelled() ?? decimal() else { return nil }
    if quantity.isOpen { addFraction(&quantity) }
    if quantity.isOpen, multiply(&quantity) {
      addLowerPowers(&quantity)
      if quantity.isOpen, quantity.fraction.isEmpty { addFraction(&quantity) }
    }
    return quantity
  }

  // MARK: In digits

  /// A number in digits; its currency may stand apart from it.
  private mutating func digits() -> Quantity? {
    if let quantity = word.flatMap(Quantity.init(numeral:)) {
      position += 1
      return quantity
    }
    guard let currency = word, ["$", "£", "€", "¢"].contains(currency),
      let quantity = word(at: 1).flatMap({ Quantity(numeral: currency + $0) })
    else { return nil }
    position += 2
    return quantity
  }

  // MARK: In words

  /// What is said in one breath below 100, as digits.
  private struct Piece {
    var digits: String
    var suffix = ""
    /// How many words it takes.
    var words = 1

    /// Whether the next piece may be put behind it: digit by digit or pair by pair ("nineteen
    /// eighty four"), but an ordinal or plural only behind a pair ("nineteen twenties").
    func continues(with next: Piece) -> Bool {
      suffix.isEmpty && (next.suffix.isEmpty || digits.count == 2 && next.digits.count == 2)
    }
  }

  private func piece(at offset: Int) -> Piece? {
    if let repeated = repeatedDigit(at: offset) { return repeated }
    guard let word = numberWord(at: offset) else { return nil }
    switch word.kind {
    case .zero: return Piece(digits: "0", suffix: word.suffix)
    case .unit(let value), .teen(let value):
      return Piece(digits: String(value), suffix: word.suffix)
    case .tens(let value):
      if word.suffix.isEmpty, let next = numberWord(at: offset + 1),
        case .unit(let unit) = next.kind
      {
        return Piece(digits: String(value + unit), suffix: next.suffix, words: 2)
      }
      return Piece(digits: String(value), suffix: word.suffix)
    case .oh, .power: return nil
    }
  }

  /// "double oh" and "triple seven".
  private func repeatedDigit(at offset: Int) -> Piece? {
    guard let count = word(at: offset).flatMap({ ["double": 2, "triple": 3][$0] }),
      let digit = numberWord(at: offset + 1), digit.suffix.isEmpty
    else { return nil }
    switch digit.kind {
    case .zero, .oh: return Piece(digits: String(repeating: "0", count: count), words: 2)
    case .unit(let value):
      return Piece(digits: String(repeating: String(value), count: count), words: 2)
    case .teen, .tens, .power: return nil
    }
  }

  /// "oh" between two pieces.
  private func zero(at offset: Int) -> Piece? {
    var end = offset
    while trailingZero(at: end) != nil { end += 1 }
    return end > offset && piece(at: end) != nil ? Piece(digits: "0") : nil
  }

  /// Pieces that are put one behind the other.
  private func run() -> [Piece] {
    guard var last = piece(at: 0) else { return [] }
    var pieces = [last]
    var offset = last.words
    while let next = piece(at: offset) ?? zero(at: offset), last.continues(with: next) {
      pieces.append(next)
      offset += next.words
      last = next
    }
    return pieces
  }

  private mutating func spelled() -> Quantity? {
    if let word = numberWord(at: 0) {
      if case .power = word.kind { return powers() }
      if case .oh = word.kind {
        position += 1
        return Quantity(whole: "0")
      }
    }
    var pieces = run()
    let words = pieces.reduce(0) { $0 + $1.words }
    // Of many pieces before a power, only the last one is multiplied.
    if pieces.count > 1, isPower(at: words), pieces.reduce(0, { $0 + $1.digits.count }) > 3 {
      pieces.removeLast()
    }
    guard let last = pieces.last else { return nil }
    position += pieces.reduce(0) { $0 + $1.words }
    return Quantity(whole: pieces.map(\.digits).joined(), suffix: last.suffix)
  }

  private func isPower(at offset: Int) -> Bool {
    if case .power? = numberWord(at: offset)?.kind { true } else { false }
  }

  /// A power without a factor: "a hundred".
  private mutating func powers() -> Quantity {
    var quantity = Quantity(whole: "1")
    if multiply(&quantity) { addLowerPowers(&quantity) }
    return quantity
  }

  /// Multiplies by the powers that follow, in ascending order ("hundred thousand"), and by what
  /// stands below a hundred first ("two hundred and five thousand"); false where there is none or
  /// the number ends with it.
  private mutating func multiply(_ quantity: inout Quantity) -> Bool {
    var previous = 0
    while quantity.isOpen, let word = numberWord(at: 0), case .power(let zeros) = word.kind,
      zeros > previous
    {
      position += 1
      quantity.multiply(zeros: zeros)
      quantity.suffix = word.suffix
      previous = zeros
      if zeros == 2, quantity.isOpen { addBelowHundred(&quantity) }
    }
    return previous > 0 && quantity.isOpen
  }

  /// The tens and units of "two hundred and five", unless they count hundreds themselves.
  private mutating func addBelowHundred(_ quantity: inout Quantity) {
    let offset = word == "and" ? 1 : 0
    guard let piece = piece(at: offset), quantity.hasRoom(for: piece.digits) else { return }
    if case .power(zeros: 2)? = numberWord(at: offset + piece.words)?.kind { return }
    position += offset + piece.words
    quantity.add(piece.digits)
    quantity.suffix = piece.suffix
  }

  /// The thousands of "three million four hundred thousand and one", and so on down.
  private mutating func addLowerPowers(_ quantity: inout Quantity) {
    while quantity.isOpen {
      let start = position
      if word == "and", isPower(at: -1) { position += 1 }
      guard let piece = piece(at: 0) else {
        position = start
        return
      }
      position += piece.words
      var addend = Quantity(whole: piece.digits, suffix: piece.suffix)
      let isMultiplied = multiply(&addend)
      guard quantity.hasRoom(for: addend.whole), addend.fraction.isEmpty else {
        position = start
        return
      }
      quantity.add(addend.whole)
      quantity.suffix = addend.suffix
      guard isMultiplied else { return }
    }
  }

  // MARK: Fractions and units

  /// A fraction without a whole number before it: "point five".
  private mutating func decimal() -> Quantity? {
    var quantity = Quantity(whole: "")
    addFraction(&quantity)
    return quantity.fraction.isEmpty ? nil : quantity
  }

  /// "point one four", or "and a half".
  private mutating func addFraction(_ quantity: inout Quantity) {
    while word == "point", let digits = fractionDigits() {
      quantity.fraction += quantity.fraction.isEmpty ? digits : "." + digits
    }
    if quantity.fraction.isEmpty, !quantity.whole.isEmpty, word == "and", word(at: 1) == "a",
      word(at: 2) == "half"
    {
      position += 3
      quantity.fraction = "5"
    }
  }

  /// The digits after a "point", and moves past them; nil where there are none.
  private mutating func fractionDigits() -> String? {
    var offset = 1
    var digits = ""
    while let piece = piece(at: offset) ?? trailingZero(at: offset), piece.suffix.isEmpty {
      digits += piece.digits
      offset += piece.words
    }
    if digits.isEmpty, let number = word(at: 1).flatMap(Quantity.init(numeral:)),
      number.isOpen, number.currency.isEmpty, number.fraction.isEmpty
    {
      digits = number.whole
      offset = 2
    }
    guard !digits.isEmpty else { return nil }
    position += offset
    return digits
  }

  /// "oh" in a fraction is always a zero.
  private func trailingZero(at offset: Int) -> Piece? {
    if case .oh? = numberWord(at: offset)?.kind { Piece(digits: "0") } else { nil }
  }

  /// A percent sign or a currency that follows.
  private mutating func addUnit(_ quantity: inout Quantity) {
    guard quantity.isOpen, let next = word else { return }
    if quantity.currency.isEmpty {
      if next == "percent" || next == "%" {
        position += 1
        quantity.suffix = "%"
        return
      }
      if next == "per", word(at: 1) == "cent" {
        position += 2
        quantity.suffix = "%"
        return
      }
    }
    if let currency = Self.currencies[next],
      quantity.currency.isEmpty || quantity.currency == currency
    {
      position += 1
      quantity.currency = currency
    }
  }

  private static let currencies = [
    "dollar": "$", "dollars": "$", "pound": "£", "pounds": "£", "euro": "€", "euros": "€",
    "cent": "¢", "cents": "¢",
  ]
}
