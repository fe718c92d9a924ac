import Decoding
import Fixtures
import Testing

@Suite struct AlignedWordTests {
  private static let head = AlignmentHead(layer: 0, head: 0, role: .writing)
  /// Tokens by their text; "_" is the mark of a space.
  private static let pieces = [
    "<unk>", "<s>", "</s>", "_And", "_so", "_fell", "ow", ",", ".", "_", "-", "_\u{2014}", "\u{C9}",
  ]

  private static func words(
    _ texts: [String], ranges: [Range<Int>], frames: Int, probabilities: [Float]? = nil
  ) throws -> [AlignedWord] {
    var sequence = TokenAlignmentTests.sequence(ranges: ranges, frames: frames, heads: [head])
    sequence.tokens = try texts.map { text in
      Int32(try #require(pieces.firstIndex(of: text)))
    }
    sequence.probabilities = probabilities ?? texts.map { _ in 1 }
    return AlignedWord.words(
      of: sequence, tokenizer: try TokenizerTests.tokenizer(pieces.map(TokenizerTests.piece)),
      heads: [head])
  }

  /// Ranges of 5 frames each, one after another.
  private static func even(_ count: Int) -> [Range<Int>] {
    (0..<count).map { $0 * 5..<$0 * 5 + 5 }
  }

  @Test
  func tokensAreJoinedAndPunctuationTakesNoTime() throws {
    let words = try Self.words(
      ["_And", ",", "_fell", "ow", ".", "_so"], ranges: Self.even(6), frames: 30,
      probabilities: [0.5, 0.1, 0.5, 0.5, 0.1, 0.75])
    #expect(words.map(\.text) == ["And,", "fellow.", "so"])
    #expect(words.map(\.frames) == [0..<5, 10..<20, 25..<30])
    #expect(words.map(\.confidence) == [0.5, 0.25, 0.75])
  }

  @Test(
    arguments: [
      (["_", "_And"], ["And"]), (["_", "ow", "_so"], ["ow", "so"]), (["ow", "_so"], ["ow", "so"]),
      (["_And", "_", "_so"], ["And", "so"]), (["_so", "-", "ow"], ["so-ow"]),
      (["_And", "_\u{2014}", "_so"], ["And", "\u{2014}", "so"]),
      (["\u{C9}", "_so"], ["\u{C9}", "so"]),
      (["_And", "_"], ["And"]), (["_"], []), ([], []), (["</s>", "_so"], ["so"]), (["."], ["."]),
    ] as [([String], [String])])
  func wordsBeginAtSpaces(tokens: [String], expected: [String]) throws {
    let words = try Self.words(
      tokens, ranges: Self.even(tokens.count), frames: max(5 * tokens.count, 1))
    #expect(words.map(\.text) == expected)
    #expect(words.allSatisfy { !$0.frames.isEmpty })
    for (word, next) in zip(words, words.dropFirst()) {
      #expect(word.frames.upperBound <= next.frames.lowerBound)
    }
  }

  // A mark by itself has nothing else to be sure of.
  @Test
  func aMarkAloneHasItsOwnConfidence() throws {
    let words = try Self.words(
      ["_And", "_\u{2014}"], ranges: Self.even(2), frames: 10, probabilities: [0.5, 0.25])
    #expect(words.map(\.confidence) == [0.5, 0.25])
  }

  @Test(arguments: 1...20)
  func wordsLieInOrderWithinTheSegment(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let texts = (0..<18).map { _ in Self.pieces.randomElement(using: &generator) ?? "_so" }
    let (ranges, _, frames) = TokenAlignmentTests.spokenRanges(tokens: 18, seed: seed)
    let words = try Self.words(texts, ranges: ranges, frames: frames)
    var position = 0
    for word in words {
      #expect(!word.text.isEmpty && !word.text.contains(" "))
      #expect(word.frames.lowerBound >= position && word.frames.upperBound <= frames)
      #expect(!word.frames.isEmpty && 0...1 ~= word.confidence)
      position = word.frames.upperBound
    }
  }
}
