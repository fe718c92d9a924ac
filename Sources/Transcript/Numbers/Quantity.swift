/// A number as it is written in digits, with its sign, currency and unit.
package struct Quantity: Sendable {
  /// "-" or "+" or nothing.
  package var sign = ""
  /// "$", "£", "€", "¢" or nothing.
  package var currency = ""
  /// Digits before the decimal point; empty in ".5".
  package var whole: String
  /// Digits after it; a version number may have further points here.
  package var fraction = ""
  /// "%", or the ending of an ordinal or a plural.
  package var suffix = ""

  package init(whole: String, fraction: String = "", suffix: String = "") {
    self.whole = whole
    self.fraction = fraction
    self.suffix = suffix
  }

  /// Reads "5", "$2.50", "100%", ".5" and "5€".
  package init?(numeral word: String) {
    var digits = word[...]
    var (currency, suffix) = ("", "")
    if let first = digits.first, Self.currencies.contains(first) {
      currency = String(digits.removeFirst())
    }
    if digits.last == "%" {
      suffix = String(digits.removeLast())
    } else if currency.isEmpty, let last = digits.last, Self.currencies.contains(last) {
      currency = String(digits.removeLast())
    }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, Self.areDigits(whole) else { return nil }
    self.init(whole: String(whole), suffix: suffix)
    if parts.count == 2 {
      guard !parts[1].isEmpty, Self.areDigits(parts[1]) else { return nil }
      fraction = String(parts[1])
    } else if whole.isEmpty {
      return nil
    }
    self.currency = currency
  }

  private static let currencies: Set<Character> = ["$", "£", "€", "¢"]

  private static func areDigits(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { 48...57 ~= $0 }
  }

  /// Whether something may still be added to it or come after it as its unit.
  var isOpen: Bool { suffix.isEmpty }

  /// Moves the decimal point to the right.
  mutating func multiply(zeros: Int) {
    let padded = fraction + String(repeating: "0", count: max(zeros - fraction.count, 0))
    whole += padded.prefix(zeros)
    fraction = String(padded.dropFirst(zeros))
    while fraction.last == "0" { fraction.removeLast() }
    while whole.count > 1, whole.first == "0" { whole.removeFirst() }
  }

  /// Whether the number ends with zeros in whose place `digits` can be put.
  func hasRoom(for digits: String) -> Bool {
    fraction.isEmpty && whole.count > digits.count && digits.first != "0"
      && whole.suffix(digits.count).allSatisfy { $0 == "0" }
  }

  /// Puts digits in the place of zeros.
  mutating func add(_ digits: String) {
    whole = whole.dropLast(digits.count) + digits
  }

  /// Adds so many hundredths ("three dollars and fifty cents"); false where that cannot be.
  package mutating func add(cents: Quantity) -> Bool {
    guard currency != "", currency != "¢", fraction.isEmpty, isOpen, cents.currency == "¢",
      cents.fraction.isEmpty, cents.isOpen, cents.whole.count <= 2
    else { return false }
    fraction = cents.whole.count == 1 ? "0" + cents.whole : cents.whole
    return true
  }
}
