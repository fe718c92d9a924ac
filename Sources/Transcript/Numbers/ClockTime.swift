/// A time of day among words: "three thirty p.m.", "at three thirty", "five o'clock", "3:30".
struct ClockTime {
  let number: FoundNumber

  /// The time that begins at a word; nil where none does. Without "a.m.", "p.m." or "o'clock" behind
  /// it only hour and minutes after "at", "by", "until", "till", "before" and "after" are one.
  init?(_ words: [SplitWord], at position: Int) {
    if let written = Self.written(words, at: position) {
      number = written
      return
    }
    guard let hour = Self.value(words[position], 1...12), words[position].pieces.count == 1 else {
      return nil
    }
    let minutes = words[position].endsPhrase ? nil : Self.minutes(words, at: position + 1)
    let end = position + 1 + (minutes?.length ?? 0)
    let isOpen = !words[end - 1].endsPhrase && end < words.count
    let next = isOpen ? words[end].core : ""
    let isMarked = Self.halves.contains(next) || (next == "o'clock" && minutes == nil)
    let before = position > 0 && !words[position - 1].endsPhrase ? words[position - 1].core : ""
    let isPlaced = minutes != nil && Self.prepositions.contains(before) && !Self.goesOn(next)
    guard isMarked || isPlaced else { return nil }
    let digits = minutes.map { "\(hour):\(padded($0.value, 2))" } ?? String(hour)
    number = FoundNumber(
      range: position..<end, kind: .measure, digits: [digits],
      words: Self.spelled(hour: hour, minutes: minutes?.value))
  }

  /// "3:30".
  private static func written(_ words: [SplitWord], at position: Int) -> FoundNumber? {
    let parts = words[position].core.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 2, let hour = Int(parts[0]), 1...12 ~= hour,
      String(hour) == parts[0], let minutes = Int(parts[1]), 0...59 ~= minutes
    else { return nil }
    let isMarked =
      position + 1 < words.count && !words[position].endsPhrase
      && (halves.contains(words[position + 1].core) || words[position + 1].core == "o'clock")
    let spelled =
      minutes == 0
      ? [NumberWord.small[hour]] + (isMarked ? [] : ["o'clock"])
      : Self.spelled(hour: hour, minutes: minutes)
    return FoundNumber(
      range: position..<position + 1, kind: .measure, digits: [words[position].core],
      words: spelled)
  }

  private static func spelled(hour: Int, minutes: Int?) -> [String] {
    guard let minutes else { return [NumberWord.small[hour]] }
    let rest = SpelledNumber.cardinal(String(minutes)) ?? []
    return [NumberWord.small[hour]] + SpelledNumber.hyphenated((minutes < 10 ? ["oh"] : []) + rest)
  }

  /// 10 to 59, or "oh five".
  private static func minutes(
    _ words: [SplitWord], at position: Int
  ) -> (value: Int, length: Int)? {
    guard position < words.count, words[position].prefix.isEmpty else { return nil }
    let isLast = words[position].endsPhrase || position + 1 == words.count
    let next = isLast ? nil : value(words[position + 1], 1...9)
    if words[position].core == "oh" || words[position].core == "o" { return next.map { ($0, 2) } }
    guard let first = value(words[position], 10...59) else { return nil }
    let isTens = words[position].pieces.count == 1 && first >= 20 && first.isMultiple(of: 10)
    if isTens, let next { return (first + next, 2) }
    return (first, 1)
  }

  /// The value of a word or numeral, where it is a cardinal in `range`.
  private static func value(_ word: SplitWord, _ range: ClosedRange<Int>) -> Int? {
    if let numeral = Int(word.core), String(numeral) == word.core {
      return range.contains(numeral) ? numeral : nil
    }
    var reader = NumberReader(word.pieces)
    guard NumberWord(word.pieces[0]) != nil, let quantity = reader.quantity(), reader.word == nil,
      quantity.isOpen, let value = Int(quantity.whole), range.contains(value)
    else { return nil }
    return value
  }

  /// Whether a word goes on with a number, so that what stands before it is no time.
  private static func goesOn(_ core: String) -> Bool {
    NumberWord(core) != nil || ["percent", "per", "point", "dollars", "euros"].contains(core)
  }

  private static let halves: Set = ["am", "pm", "a.m", "p.m", "a.m.", "p.m."]
  private static let prepositions: Set = ["at", "by", "until", "till", "before", "after"]
}
