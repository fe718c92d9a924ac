/// A word in layout: its text cleaned for display, its times in milliseconds.
struct CueWord: Sendable {
  let text: String
  /// Columns that `text` takes.
  let length: Int
  /// Columns between the word before and this one: none where no space is written.
  let gap: Int
  let start: Int
  let end: Int
  /// Milliseconds of silence before the word.
  let pause: Int
  /// How well the text may be broken before the word; after a long pause, as at a sentence's end.
  let boundary: PhraseBoundary
  let token: Token
  let confidence: Double
  let lips: WordLips?

  var opensSentence: Bool { boundary == .sentence }

  /// As it is shown, with its times in seconds.
  var word: Word {
    Word(
      text: text, start: Double(start) / 1000, end: Double(end) / 1000, confidence: confidence,
      lips: lips)
  }
}

/// The best way to set words in few lines, found for every start as words are put in front.
///
/// `rows[n][d]` is the best way to set the last `d` words in `n + 1` lines. Adding the square of
/// every line's length balances them: for a given text the sum is least when all are equal.
struct LineTable {
  private struct Setting {
    /// Infinite where the words do not fit.
    var cost: Double
    /// Words in the first line.
    var first: Int
  }

  private static let impossible = Setting(cost: .infinity, first: 0)
  private static let breakWeight = 0.75
  private static let balanceWeight = 1.5
  /// Prefers the shorter line on top, which hides less of the picture.
  private static let upperWeight = 0.08
  /// Of a speaker's name alone on a line: only where the first word leaves it no other place.
  private static let loneLabel = 1000.0

  private let limit: Int
  /// From the last word to the first.
  private var lengths: [Int] = []
  private var penalties: [Double] = []
  /// Columns before each word where it is not the first of its line.
  private var gaps: [Int] = []
  private var rows: [[Setting]]
  /// The first of the words is a speaker's name.
  private var isLabelled = false

  init(_ profile: CueProfile) {
    limit = profile.maxLineLength
    rows = Array(repeating: [Self.impossible], count: profile.maxLines)
  }

  /// Puts `word` before the others; false where they then do not fit in the lines.
  mutating func prepend(_ word: CueWord) -> Bool {
    prepend(length: word.length, gap: word.gap, penalty: word.boundary.penalty)
  }

  /// The table with `label`, if any, before all words. A single word stays without where there is no
  /// line for both.
  func labelled(_ label: SpeakerLabel?) -> LineTable {
    guard let label, let first = penalties.indices.last else { return self }
    var table = self
    table.penalties[first] = Self.loneLabel
    table.gaps[first] = 1
    table.isLabelled = true
    return table.prepend(length: label.length, gap: 0, penalty: 0) || lengths.count > 1
      ? table : self
  }

  private mutating func prepend(length: Int, gap: Int, penalty: Double) -> Bool {
    lengths.append(length)
    gaps.append(gap)
    penalties.append(penalty)
    for row in rows.indices {
      rows[row].append(row == 0 ? oneLine() : bestSplit(row))
    }
    return rows.contains { $0[lengths.count].cost.isFinite }
  }

  private func oneLine() -> Setting {
    let length = total(lines: 1)
    guard length <= limit || lengths.count == 1 else { return Self.impossible }
    return Setting(cost: square(length), first: lengths.count)
  }

  private func bestSplit(_ row: Int) -> Setting {
    let count = lengths.count
    var best = Self.impossible
    var length = 0
    for first in 1..<max(1, count) {
      length += lengths[count - first] + (first > 1 ? gaps[count - first] : 0)
      guard length <= limit || first == 1 else { break }
      let rest = rows[row - 1][count - first].cost
      let upper = Self.upperWeight * Double(length) / Double(limit)
      let turn = Self.breakWeight * penalties[count - first - 1]
      let cost = square(length) + upper + turn + rest
      if cost < best.cost { best = Setting(cost: cost, first: first) }
    }
    return best
  }

  /// Columns of all words in so many lines; each of their breaks takes the place of a space, if any.
  private func total(lines: Int) -> Int {
    let breaks = gaps.dropLast().min() == 0 ? 0 : lines - 1
    return lengths.reduce(0, +) + gaps.dropLast().reduce(0, +) - breaks
  }

  private func square(_ length: Int) -> Double {
    let part = Double(length) / Double(limit)
    return Self.balanceWeight * part * part
  }

  private var usedRow: Int? { rows.firstIndex { $0[lengths.count].cost.isFinite } }

  /// What the line breaks cost, beyond what lines of equal length and free breaks would.
  var cost: Double {
    guard let row = usedRow else { return .infinity }
    let lines = Double(row + 1)
    let length = Double(total(lines: row + 1))
    let even = length / lines / Double(limit)
    return rows[row][lengths.count].cost - lines * Self.balanceWeight * even * even
  }

  /// The number of words in each line, from top to bottom, without the speaker's name and the line
  /// that it has for itself.
  var wordsPerLine: [Int] {
    guard let row = usedRow else { return [] }
    var left = lengths.count
    var counts = (0...row).reversed().map { row in
      let first = rows[row][left].first
      left -= first
      return first
    }
    if isLabelled { counts[0] -= 1 }
    return counts.filter { $0 > 0 }
  }
}
