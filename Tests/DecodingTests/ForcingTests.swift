import Decoding
import Fixtures
import NN
import SpeechModels
import Testing

/// Tokens that are given to the decoder instead of being chosen by it.
@Suite struct ForcingTests {
  private static let prompt = [MoonshineModel.startToken]

  private func forced(
    _ tokens: [Int32], _ embeddings: Embeddings, _ weights: TextDecoderWeights, slots: Int
  ) -> ForcedSequence {
    var decoder = TextDecoder(weights: weights, slots: slots, alignmentHeads: TinyDecoder.heads)
    return decoder.force(tokens, behind: Self.prompt, embeddings)
  }

  /// What the decoder wrote itself has the same probabilities and the same attention, to the last bit: every
  /// row is computed on its own, however many are read at once.
  @Test(arguments: 1...6, [1, 3, 8])
  func itsOwnTokensAreReadAsTheyWereWritten(seed: Int, slots: Int) throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: UInt64(seed) + 300))
    let job = Job(id: 0, embeddings: TinyDecoder.embeddings(40, seed: UInt64(seed)), tokenLimit: 30)
    let decoded = decode([job], weights: weights, slots: 1, heads: TinyDecoder.heads)
    let own = try #require(decoded[0])
    try #require(!own.tokens.isEmpty)
    let result = forced(own.tokens, job.embeddings, weights, slots: slots)
    #expect(result.sequence.tokens == own.tokens)
    for (given, written) in zip(result.sequence.probabilities, own.probabilities) {
      // The kernel sums exponentials in another order.
      #expect(abs(given - written) <= 1e-5 * written)
    }
    if own.ending == .endToken {
      #expect(abs(result.sequence.endProbability - own.endProbability) <= 1e-5)
      #expect(abs(result.sequence.meanLogProbability - own.meanLogProbability) <= 1e-4)
    }
    let rowSize = TinyDecoder.heads.count * 40
    #expect(result.sequence.attention.count == (own.tokens.count + 1) * rowSize)
    #expect(result.sequence.attention.starts(with: own.attention))
    #expect(result.regrets.allSatisfy { $0 == 0 })
  }

  @Test
  func otherTokensAreRegretted() throws {
    let weights = try TinyDecoder.weights()
    let embeddings = TinyDecoder.embeddings(40, seed: 9)
    let result = forced([5, 6, 7, 5, 9, 11, 30, 2], embeddings, weights, slots: 2)
    #expect(result.regrets.count == 8 && result.regrets.allSatisfy { $0 >= 0 })
    #expect(result.regrets.contains { $0 > 0 })
    #expect(result.sequence.probabilities.allSatisfy { 0...1 ~= $0 })
  }

  /// The decoder is free again afterwards, and as it was.
  @Test
  func forcingLeavesNothingBehind() throws {
    let weights = try TinyDecoder.weights()
    let embeddings = TinyDecoder.embeddings(40, seed: 9)
    var decoder = TextDecoder(weights: weights, slots: 1, alignmentHeads: TinyDecoder.heads)
    let limit = decoder.forcedLimit(behind: Self.prompt)
    let tokens = (0..<limit).map { Int32(3 + $0 % 30) }
    let first = decoder.force(tokens, behind: Self.prompt, embeddings)
    let isIdle = decoder.isIdle
    #expect(isIdle)
    let second = decoder.force(tokens, behind: Self.prompt, embeddings)
    #expect(first.regrets == second.regrets)
    #expect(first.sequence.attention == second.sequence.attention)
  }
}

/// Words put into tokens.
@Suite struct TokenizerTests {
  /// In the order in which they were merged, as byte-pair encoding leaves them.
  private static let vocabulary: Vocabulary = {
    let words = [
      "l", "o", "w", "e", "r", " ", "lo", "er", " lo", "low", " low", "wer", "\u{E9}",
    ]
    var bytes: [UInt8] = []
    let places = (words.map { Array($0.utf8) } + [[0xC3], [0xA9], [0xC5], [0x93]]).map { piece in
      bytes += piece
      return bytes.count - piece.count..<bytes.count
    }
    return Vocabulary(bytes: bytes, places: places, space: [0x20])
  }()

  private func text(_ tokens: [Int32]) -> [String] { tokens.map { Self.vocabulary.text([$0]) } }

  @Test
  func whatWasMergedFirstIsMergedFirst() {
    let tokenizer = Tokenizer(Self.vocabulary)
    // "er" comes before "low" and "wer", so that of "ower" no "wer" is left.
    #expect(text(tokenizer.tokens(of: "lower", hasSpace: false)) == ["low", "er"])
    #expect(
      tokenizer.tokens(of: "low", hasSpace: true).map { Self.vocabulary.startsWord($0) } == [true])
    #expect(text(tokenizer.tokens(of: "wer", hasSpace: false)) == ["wer"])
  }

  @Test
  func lettersWithoutATokenAreWrittenByTheirBytes() {
    let tokenizer = Tokenizer(Self.vocabulary)
    #expect(tokenizer.tokens(of: "\u{E9}", hasSpace: false) == [12])
    #expect(tokenizer.tokens(of: "\u{153}", hasSpace: false) == [15, 16])
    #expect(tokenizer.tokens(of: "x", hasSpace: false).isEmpty)
    #expect(tokenizer.tokens(of: "", hasSpace: false).isEmpty)
  }
}
