import Testing

@testable import Alignment

/// Numbers as a property test needs them: the same in every run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

@Suite("Alignment of two texts")
struct SequenceAlignmentTests {
  private func units(_ a: [String], _ b: [String]) -> ([AlignmentUnit], [AlignmentUnit]) {
    var maker = AlignmentUnits()
    return (maker.units(of: a), maker.units(of: b))
  }

  /// The least sum of costs, from the whole table.
  private func leastCost(_ a: [AlignmentUnit], _ b: [AlignmentUnit]) -> Int32 {
    let gap = AlignmentUnit.gapCost
    var table = [[Int32]](
      repeating: [Int32](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count where i + j > 0 {
        let paired =
          i > 0 && j > 0 ? table[i - 1][j - 1] + AlignmentUnit.cost(a[i - 1], b[j - 1]) : .max
        let up = i > 0 ? table[i - 1][j] + gap : .max
        let left = j > 0 ? table[i][j - 1] + gap : .max
        table[i][j] = min(paired, up, left)
      }
    }
    return table[a.count][b.count]
  }

  private func cost(
    _ pairs: [SequenceAlignment.Pair], _ a: [AlignmentUnit], _ b: [AlignmentUnit]
  ) -> Int32 {
    pairs.reduce(Int32(a.count + b.count - 2 * pairs.count) * AlignmentUnit.gapCost) {
      $0 + AlignmentUnit.cost(a[$1.first], b[$1.second])
    }
  }

  /// Few words, so that no run of four is likely to be an anchor and the edit distance decides alone.
  @Test(arguments: 0..<40)
  func pairsCostTheLeast(seed: UInt64) {
    var random = Seeded(seed + 1)
    let words = ["a", "b", "an", "the", "them"]
    let texts = (0..<2).map { _ in
      (0..<Int.random(in: 0...14, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }
    }
    let (a, b) = units(texts[0], texts[1])
    let pairs = SequenceAlignment.pairs(a, b)
    #expect(
      zip(pairs, pairs.dropFirst()).allSatisfy { $0.first < $1.first && $0.second < $1.second })
    // An anchor may cost a little where its run is also elsewhere in part.
    #expect(cost(pairs, a, b) >= leastCost(a, b))
    if Set(texts[0]).isDisjoint(with: texts[1]) || texts[0].count < 4 {
      #expect(cost(pairs, a, b) == leastCost(a, b))
    }
  }

  /// 1500 words of two kinds have no unique run of four: the table is divided, and the cost must be that of
  /// the whole table.
  @Test
  func aDividedTableCostsAsLittleAsTheWholeOne() {
    var random = Seeded(7)
    let words = ["yes", "no"]
    let a = (0..<1500).map { _ in words.randomElement(using: &random) ?? "" }
    let b = (0..<1400).map { _ in words.randomElement(using: &random) ?? "" }
    let (first, second) = units(a, b)
    #expect(
      cost(SequenceAlignment.pairs(first, second), first, second) == leastCost(first, second))
  }

  /// Of a text with words deleted, inserted and exchanged all others find themselves.
  @Test(arguments: 0..<5)
  func whatIsLeftOfAnEditedTextFindsItself(seed: UInt64) {
    var random = Seeded(seed + 100)
    let words = (0..<400).map { "w\($0 * 7919)" }
    let text = (0..<3000).map { _ in words.randomElement(using: &random) ?? "" }
    var edited: [String] = []
    var origin: [Int?] = []
    for (place, word) in text.enumerated() {
      switch Int.random(in: 0..<60, using: &random) {
      case 0: continue
      case 1: (edited, origin) = (edited + ["x\(place)"], origin + [nil])
      case 2:
        edited += ["x\(place)", word]
        origin += [nil, place]
      default: (edited, origin) = (edited + [word], origin + [place])
      }
    }
    let (a, b) = units(text, edited)
    let pairs = SequenceAlignment.pairs(a, b)
    let right = pairs.count { origin[$0.second] == $0.first }
    #expect(Double(right) > 0.995 * Double(origin.compactMap(\.self).count))
  }

  @Test
  func partsOfWordsAreComparedByLettersAndDigits() {
    #expect(Letters.keys("Well-Known,") == ["well", "known"])
    #expect(Letters.keys("\u{201C}Café\u{2019}s") == ["cafes"])
    #expect(Letters.keys("--") == [])
    #expect(Letters.pieces("今日は、晴れ。") == ["今", "日", "は、", "晴", "れ。"])
    #expect(Letters.pieces("plain") == ["plain"])
  }
}
