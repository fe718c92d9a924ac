/// Finds the numbers of a run of words that are written the same wherever they stand.
///
/// A number in words is taken for one only where its digits, read aloud, are the words that were said:
/// "two hundred and five" is, "one two three", "double seven" and "three point fourteen" are not, and
/// neither are two numbers that follow one another.
struct NumberFinder {
  private let words: [SplitWord]
  /// The pieces of all words one after the other, and where those of each word begin.
  private let pieces: [String]
  private let starts: [Int]
  /// Where the phrase of each word ends.
  private let phraseEnds: [Int]

  init(_ words: [SplitWord]) {
    self.words = words
    pieces = words.flatMap(\.pieces)
    starts = words.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.pieces.count) }
    var ends = words.indices.map { $0 + 1 }
    for index in words.indices.dropLast().reversed()
    where !words[index].endsPhrase && words[index + 1].prefix.isEmpty {
      ends[index] = ends[index + 1]
    }
    phraseEnds = ends
  }

  /// In order.
  func numbers() -> [FoundNumber] {
    var found: [FoundNumber] = []
    /// Where what could be a number ends, also where it is not taken.
    var lastEnd = -1
    var position = 0
    while position < words.count {
      let step = step(at: position)
      guard step.length > 0 else {
        position += 1
        continue
      }
      let touches = lastEnd == position && !words[position - 1].endsPhrase
      // Of numbers that follow one another none is known to be one.
      if touches, found.last?.range.upperBound == position { found.removeLast() }
      if !touches, let number = step.number { found.append(labelled(number)) }
      position += step.length
      lastEnd = position
    }
    return found
  }

  /// What is read at a word: how many words could be of a number, and the number if they are one.
  private func step(at position: Int) -> (length: Int, number: FoundNumber?) {
    guard words[position].hasPlainPrefix else { return (0, nil) }
    if let time = ClockTime(words, at: position) { return (time.number.range.count, time.number) }
    if let ordinal = ordinalNumeral(at: position) { return (1, ordinal) }
    let end = phraseEnds[position]
    // "a hundred and twenty" begins with its article.
    let isIndefinite =
      words[position].core == "a" && position + 1 < end && isPower(words[position + 1])
    var span = reading(position + (isIndefinite ? 1 : 0), before: end)
    guard span.length > 0 else { return (0, nil) }
    if isIndefinite {
      span = (span.length + 1, span.length > 1 ? span.reading : nil)
    } else if isPower(words[position]) {
      return (span.length, nil)
    }
    guard let (quantity, said) = span.reading else { return (span.length, nil) }
    let number = number(quantity, said, position..<position + span.length, isIndefinite)
    return (number?.range.count ?? span.length, number)
  }

  private func isPower(_ word: SplitWord) -> Bool {
    guard word.pieces.count == 1, let number = NumberWord(word.core) else { return false }
    if case .power = number.kind { return true }
    return false
  }

  /// What the reader of numbers makes of the words from `position` on: how many words it takes, and
  /// quantity and words where it ends with a word.
  private func reading(
    _ position: Int, before end: Int
  ) -> (length: Int, reading: (Quantity, [String])?) {
    let first = starts[position]
    var reader = NumberReader(pieces[first..<starts[end]])
    guard pieces[first] != "oh", pieces[first] != "o", var quantity = reader.quantity() else {
      return (0, nil)
    }
    var taken = reader.position
    // "three dollars and fifty cents"
    var cents = reader
    if cents.word == "and" { cents.skip() }
    if cents.word != nil, quantity.currency == "$" || quantity.currency == "€",
      let more = cents.quantity(), quantity.add(cents: more)
    {
      taken = cents.position
    }
    var length = 0
    while starts[position + length] - first < taken { length += 1 }
    guard starts[position + length] - first == taken else { return (length, nil) }
    return (length, (quantity, Array(pieces[first..<first + taken])))
  }

  private func number(
    _ quantity: Quantity, _ said: [String], _ range: Range<Int>, _ isIndefinite: Bool
  ) -> FoundNumber? {
    var (quantity, said, range) = (quantity, said, range)
    // Pounds may be weights, and cents have no sign that is used.
    if !quantity.currency.isEmpty, CurrencyName(symbol: quantity.currency) == nil {
      // "£5" has its sign in the number; of "5 pounds" the number is rewritten and the word stays.
      guard range.count > 1, !said.contains(where: { $0.contains("£") || $0.contains("¢") }) else {
        return nil
      }
      quantity.currency = ""
      said.removeLast()
      range = range.lowerBound..<range.upperBound - 1
    }
    guard let words = SaidNumber(said, isIndefinite: isIndefinite).spelling(of: quantity),
      !isPartOfFraction(range), !isSpan(quantity, said, range)
    else { return nil }
    let digits = said.joined()
    let isYear =
      quantity.suffix.isEmpty && quantity.currency.isEmpty && quantity.whole.count == 4
      && SpelledNumber.isYear(Int(quantity.whole) ?? 0)
      && (digits == quantity.whole && !self.words[range.lowerBound].core.contains(",")
        || words == SpelledNumber.year(quantity.whole)
        || words.first == "two" && words.dropFirst().first == "thousand")
    return FoundNumber(
      quantity, range: range, words: SpelledNumber.hyphenated(words), isYear: isYear)
  }

  /// "5th", "21st".
  private func ordinalNumeral(at position: Int) -> FoundNumber? {
    let core = words[position].core
    let digits = core.dropLast(2)
    guard !digits.isEmpty, ["st", "nd", "rd", "th"].contains(core.suffix(2)),
      digits.utf8.allSatisfy({ 48...57 ~= $0 }),
      let spoken = SpelledNumber.cardinal(String(digits))
    else { return nil }
    return FoundNumber(
      Quantity(whole: String(digits), suffix: "th"), range: position..<position + 1,
      words: SpelledNumber.hyphenated(SpelledNumber.ordinal(spoken)), isYear: false)
  }

  /// "two thirds", "one half".
  private func isPartOfFraction(_ range: Range<Int>) -> Bool {
    guard range.upperBound < words.count, !words[range.upperBound - 1].endsPhrase else {
      return false
    }
    return Self.fractions.contains(words[range.upperBound].core)
  }

  private static let fractions: Set = [
    "half", "halves", "third", "thirds", "quarter", "quarters", "fourths", "fifths", "sixths",
    "sevenths", "eighths", "ninths", "tenths", "hundredths", "thousandths",
  ]

  /// "thirty second" may be a length of time.
  private func isSpan(_ quantity: Quantity, _ said: [String], _ range: Range<Int>) -> Bool {
    said.count > 1 && said.last == "second" && quantity.suffix == "nd"
  }

  private func labelled(_ number: FoundNumber) -> FoundNumber {
    var number = number
    number.isLabelled = NumberLabels.hold(number.range, in: words)
    return number
  }
}
