import Fixtures
import NN
import Testing

@testable import Decoding

/// Terms in the network: going back leaves no trace, and neighbours do not matter.
@Suite struct TermDecodingTests {
  /// One letter a token; half of them begin words.
  private static func tree(_ terms: [String]) throws -> TermTree {
    let letters = "abcdefghijklmnopqr".map(String.init)
    let pieces = ["<unk>", "<s>", "</s>"] + letters.map { "_" + $0 } + letters + ["s"]
    let tokenizer = try TokenizerTests.tokenizer(pieces.map(TokenizerTests.piece))
    return TermTree(terms, pieces: TermPieces(tokenizer))
  }

  private static func words(_ count: Int, length: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      String((0..<length).compactMap { _ in "abcdefghijklmnopqr".randomElement(using: &generator) })
    }
  }

  private struct Run {
    var results: [Int: TokenSequence] = [:]
    var steps = 0
  }

  private func decode(
    _ jobs: [Job], slots: Int, terms: TermTree?, seed: UInt64
  ) throws -> Run {
    var decoder = TextDecoder(
      weights: try TinyDecoder.weights(TinyModel(seed: seed)), slots: slots,
      alignmentHeads: TinyDecoder.heads)
    var run = Run()
    func step(_ decoder: inout TextDecoder) {
      run.steps += 1
      for (id, sequence) in decoder.step() { run.results[id] = sequence }
    }
    for job in jobs {
      while !decoder.hasRoom(frames: job.embeddings.frames) { step(&decoder) }
      decoder.admit(
        job.embeddings, tokenLimit: job.tokenLimit, terms: job.id % 3 == 2 ? nil : terms, id: job.id
      )
    }
    while !decoder.isIdle { step(&decoder) }
    return run
  }

  private static func jobs(_ count: Int, seed: UInt64) -> [Job] {
    (0..<count).map {
      Job(
        id: $0, embeddings: TinyDecoder.embeddings(5 + 7 * $0, seed: seed &+ UInt64($0)),
        tokenLimit: 12 + 5 * $0)
    }
  }

  // Terms longer than the decoder can write are looked for and given up.
  @Test
  func whatIsTakenBackLeavesNoTrace() throws {
    var isTried = false
    for seed in 1...6 as ClosedRange<UInt64> {
      let tree = try Self.tree(Self.words(60, length: 70, seed: seed))
      for job in Self.jobs(6, seed: seed) {
        let plain = try decode([job], slots: 1, terms: nil, seed: seed)
        let looked = try decode([job], slots: 1, terms: tree, seed: seed)
        isTried = isTried || looked.steps > plain.steps
        let (one, other) = (
          try #require(plain.results[job.id]), try #require(looked.results[job.id])
        )
        #expect(one.isIdentical(to: other) && other.regret == 0, "segment \(job.id), seed \(seed)")
      }
    }
    #expect(isTried, "nothing was taken back")
  }

  @Test
  func neighboursDoNotMatter() throws {
    var regret: Float = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      let tree = try Self.tree(Self.words(40, length: 2, seed: seed))
      let jobs = Self.jobs(8, seed: seed)
      let together = try decode(jobs, slots: 5, terms: tree, seed: seed)
      for job in jobs {
        let alone = try decode([job], slots: 1, terms: tree, seed: seed)
        let (one, other) = (
          try #require(alone.results[job.id]), try #require(together.results[job.id])
        )
        #expect(one.isIdentical(to: other) && one.regret == other.regret)
        #expect(one.tokens.count <= job.tokenLimit)
        regret += one.regret
      }
    }
    #expect(regret > 0, "no term was written")
  }

  // A companion goes back with its segment: listening to the same in two ways is listening once.
  @Test
  func twoWaysOfListeningGoBackTogether() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let tree = try Self.tree(Self.words(40, length: 2, seed: seed))
      let weights = try TinyDecoder.weights(TinyModel(seed: seed))
      let embeddings = TinyDecoder.embeddings(30, seed: seed)
      func tokens(beside other: Embeddings?) -> [Int32]? {
        var decoder = TextDecoder(weights: weights, slots: 2, alignmentHeads: TinyDecoder.heads)
        decoder.admit(
          embeddings, beside: other.map { ($0, 0.5) }, tokenLimit: 40, terms: tree, id: 0)
        var finished: [(id: Int, sequence: TokenSequence)] = []
        while !decoder.isIdle { finished += decoder.step() }
        return finished.first?.sequence.tokens
      }
      #expect(tokens(beside: nil) == tokens(beside: embeddings))
    }
  }
}
