/// A word and when it is spoken.
struct WordSpan: Sendable, Hashable {
  var word: String
  /// Seconds from the start of the recording.
  var start: Double
  /// Seconds from the start of the recording.
  var end: Double

  /// The words of a turn, each as long as its share of the characters (Unicode scalars).
  static func spans(_ turn: TimedWords) -> [WordSpan] {
    guard turn.words.count > 1 else {
      return turn.words.map { WordSpan(word: $0, start: turn.start, end: turn.end) }
    }
    let lengths = turn.words.map(\.unicodeScalars.count)
    let unit = (turn.end - turn.start) / Double(lengths.reduce(0, +))
    var characters = 0
    return zip(turn.words, lengths).map { word, length in
      defer { characters += length }
      return WordSpan(
        word: word, start: turn.start + unit * Double(characters),
        end: turn.start + unit * Double(characters + length))
    }
  }

  /// The span of twice `collar` seconds around the middle.
  func middle(widenedBy collar: Double) -> WordSpan {
    let middle = (start + end) / 2
    return WordSpan(word: word, start: middle - collar, end: middle + collar)
  }

  /// Whether both have more than a moment in common.
  func overlaps(_ other: WordSpan) -> Bool {
    start < other.end && end > other.start
  }
}
