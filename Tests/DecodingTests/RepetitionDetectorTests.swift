import Decoding
import Fixtures
import Testing

@Suite struct RepetitionDetectorTests {
  private static func phrase(_ period: Int) -> [Int32] { (0..<Int32(period)).map { 100 + $0 } }

  /// What a decoder that asks after each token would keep; nil when it never finds a loop.
  private static func keptCount(writing tokens: [Int32]) -> Int? {
    for count in 0...tokens.count {
      if let kept = RepetitionDetector.keptCount(of: Array(tokens.prefix(count))) { return kept }
    }
    return nil
  }

  // Things that people say.
  @Test(
    arguments: [
      [], [5], [7, 7], [9, 7, 7, 7, 7], [1, 2, 1, 2, 1, 2, 1, 2], Array(repeating: 7, count: 15),
      // "I'm sorry, I'm sorry, I'm sorry" and a sentence said twice.
      Array(repeating: [1, 2, 3, 4, 5], count: 3).flatMap { $0 },
      Array(repeating: Array(20..<32), count: 2).flatMap { $0 },
      Array(repeating: 7, count: 14) + [8] + Array(repeating: 7, count: 14),
    ] as [[Int32]])
  func speechPasses(tokens: [Int32]) {
    #expect(Self.keptCount(writing: tokens) == nil)
  }

  @Test(arguments: 1...RepetitionDetector.longestPeriod)
  func aLoopOfAnyPeriodIsCutToOnePhrase(period: Int) throws {
    let opening: [Int32] = [1, 2, 3, 4, 5]
    let phrase = Self.phrase(period)
    let length = RepetitionDetector.loopLength(period)
    let endless = Array(repeating: phrase, count: length / period + 2).flatMap { $0 }
    let tokens = opening + endless
    let kept = try #require(Self.keptCount(writing: tokens))
    #expect(Array(tokens.prefix(kept)) == opening + phrase)
    // One token less of it is no loop yet.
    #expect(Self.keptCount(writing: opening + endless.prefix(length - 1)) == nil)
    // At least three times, and never a few short words.
    #expect(length >= 3 * period && length >= 16)
  }

  @Test
  func aPhraseLongerThanAnyPeriodPasses() {
    let phrase = Self.phrase(RepetitionDetector.longestPeriod + 1)
    let tokens = Array(repeating: phrase, count: 6).flatMap { $0 }
    #expect(Self.keptCount(writing: tokens) == nil)
  }

  @Test(arguments: 1...20)
  func arbitraryTextKeepsAtLeastOnePhrase(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    // Two different tokens loop often by chance.
    let tokens = (0..<120).map { _ in Int32.random(in: 0...1, using: &generator) }
    for count in 0...tokens.count {
      guard let kept = RepetitionDetector.keptCount(of: Array(tokens.prefix(count))) else {
        continue
      }
      #expect(kept >= 1 && kept < count)
      let period = (1...RepetitionDetector.longestPeriod).first { period in
        (kept..<count).allSatisfy { tokens[$0] == tokens[$0 - period] }
      }
      #expect(period != nil, "what was cut repeats what was kept")
    }
  }
}
