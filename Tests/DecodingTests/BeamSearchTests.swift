import Decoding
import Fixtures
import Foundation
import NN
import SpeechModels
import Testing

/// Several beginnings of a text written side by side.
@Suite struct BeamSearchTests {
  private static let start = MoonshineModel.startToken
  private static let frames = 40

  /// A beginning and what it is worth.
  private struct Beginning {
    var tokens: [Int32] = []
    var sum = 0.0
  }

  private static func search(
    _ embeddings: Embeddings, _ weights: TextDecoderWeights, beams: Int, limit: Int, slots: Int = 8
  ) -> TokenSequence? {
    var decoder = TextDecoder(weights: weights, slots: slots, alignmentHeads: TinyDecoder.heads)
    decoder.admit(embeddings, prompt: [start], tokenLimit: limit, beams: beams, id: 7)
    var result: TokenSequence?
    while !decoder.isIdle {
      for (id, sequence) in decoder.step() {
        #expect(id == 7 && result == nil)
        result = sequence
      }
    }
    return result
  }

  /// Logarithms of the probabilities of all tokens behind `tokens`, read from the start.
  private static func logarithms(
    behind tokens: [Int32], _ embeddings: Embeddings, _ weights: TextDecoderWeights
  ) -> [Double] {
    var decoder = TextDecoder(weights: weights, slots: 1, alignmentHeads: [])
    decoder.admit(embeddings, prompt: [start] + tokens, tokenLimit: 1, id: 0)
    var logits: [Double] = []
    _ = decoder.step { view in
      logits = (0..<view.columns).map { Double(view.row(0)[$0]) }
    }
    let most = logits.max() ?? 0
    let sum = most + log(logits.reduce(0) { $0 + exp($1 - most) })
    return logits.map { $0 - sum }
  }

  /// The search as it is defined, every beginning read anew from its first token.
  private static func reference(
    _ embeddings: Embeddings, _ weights: TextDecoderWeights, beams: Int, limit: Int
  ) -> (tokens: [Int32], score: Double)? {
    var live = [Beginning()]
    var ended: [(tokens: [Int32], score: Double)] = []
    var bestEnd = -Double.infinity
    while !live.isEmpty, ended.count < beams {
      let candidates = live.flatMap { beginning in
        logarithms(behind: beginning.tokens, embeddings, weights).enumerated().map { token, value in
          Beginning(tokens: beginning.tokens + [Int32(token)], sum: beginning.sum + value)
        }
      }
      live = []
      let least = max(bestEnd, candidates.map(\.sum).max() ?? 0) - BeamSearch.margin
      for candidate in candidates.sorted(by: { $0.sum > $1.sum })
      where live.count < beams && candidate.sum >= least {
        let isEnd = candidate.tokens.last == TinyDecoder.config.endToken
        let score = candidate.sum / Double(candidate.tokens.count)
        if isEnd || candidate.tokens.count >= limit { bestEnd = max(bestEnd, candidate.sum) }
        if isEnd {
          ended.append((candidate.tokens.dropLast(), score))
        } else if candidate.tokens.count >= limit {
          ended.append((candidate.tokens, score))
        } else {
          live.append(candidate)
        }
      }
    }
    return ended.max { $0.score < $1.score }
  }

  /// The text is that of a search which keeps nothing between tokens: what beginnings take over from one another
  /// is right.
  @Test(arguments: 1...6, [2, 4])
  func itFindsWhatIsDefined(seed: Int, beams: Int) throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: UInt64(seed) + 300))
    let embeddings = TinyDecoder.embeddings(Self.frames, seed: UInt64(seed))
    let limit = 8
    let expected = try #require(Self.reference(embeddings, weights, beams: beams, limit: limit))
    let found = try #require(Self.search(embeddings, weights, beams: beams, limit: limit))
    #expect(found.tokens == expected.tokens)
    let sum = (found.probabilities + (found.ending == .endToken ? [found.endProbability] : []))
      .reduce(0) { $0 + log(Double($1)) }
    let count = found.tokens.count + (found.ending == .endToken ? 1 : 0)
    // Probabilities are f32, and their sums are made in another order.
    #expect(abs(sum / Double(count) - expected.score) <= 1e-3)
  }

  /// With one beginning it is greedy decoding, and its attention is that of reading the text.
  @Test(arguments: 1...6)
  func oneBeginningIsGreedyDecoding(seed: Int) throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: UInt64(seed) + 300))
    let job = Job(
      id: 0, embeddings: TinyDecoder.embeddings(Self.frames, seed: UInt64(seed)), tokenLimit: 30)
    let greedy = try #require(
      decode([job], weights: weights, slots: 1, heads: TinyDecoder.heads)[0])
    let found = try #require(Self.search(job.embeddings, weights, beams: 1, limit: 30))
    #expect(found.tokens == greedy.tokens && found.ending == greedy.ending)
    #expect(found.frames == greedy.frames)
    let rowSize = TinyDecoder.heads.count * Self.frames
    #expect(found.attention.count == (found.tokens.count + 1) * rowSize)
    if greedy.ending == .endToken { #expect(found.attention.starts(with: greedy.attention)) }
  }

  /// Segments beside a search are written as they are alone, and the decoder is free afterwards.
  @Test
  func othersAreLeftAlone() throws {
    let weights = try TinyDecoder.weights()
    let jobs = (1...3).map {
      Job(id: $0, embeddings: TinyDecoder.embeddings(30 + $0, seed: UInt64($0)), tokenLimit: 20)
    }
    let alone = decode(jobs, weights: weights, slots: 1, heads: TinyDecoder.heads)
    let searched = TinyDecoder.embeddings(Self.frames, seed: 9)
    let expected = try #require(Self.search(searched, weights, beams: 4, limit: 20))
    var decoder = TextDecoder(weights: weights, slots: 7, alignmentHeads: TinyDecoder.heads)
    decoder.admit(jobs[0].embeddings, tokenLimit: 20, id: 1)
    _ = decoder.step()
    let hasRoom = decoder.hasRoom(frames: Self.frames, beams: 6)
    #expect(hasRoom)
    decoder.admit(searched, prompt: [Self.start], tokenLimit: 20, beams: 4, id: 7)
    let isFull = !decoder.hasRoom(frames: 30, beams: 3)
    #expect(isFull)
    decoder.admit(jobs[1].embeddings, tokenLimit: 20, id: 2)
    decoder.admit(jobs[2].embeddings, tokenLimit: 20, id: 3)
    var results: [Int: TokenSequence] = [:]
    while !decoder.isIdle {
      for (id, sequence) in decoder.step() { results[id] = sequence }
    }
    for job in jobs {
      #expect(try #require(results[job.id]).isIdentical(to: try #require(alone[job.id])))
    }
    #expect(try #require(results[7]).isIdentical(to: expected))
  }
}
