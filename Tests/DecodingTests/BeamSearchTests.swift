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
    let isGreedy: Bool

    /// The text where it has come to its end.
    func text(limit: Int) -> Text? {
      let isWhole = tokens.last == TinyDecoder.config.endToken
      guard isWhole || tokens.count >= limit else { return nil }
      return Text(
        tokens: isWhole ? tokens.dropLast() : tokens, score: sum / Double(tokens.count),
        isGreedy: isGreedy, isWhole: isWhole)
    }
  }

  private struct Text {
    let tokens: [Int32]
    let score: Double
    let isGreedy: Bool
    let isWhole: Bool
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
  ) -> Text? {
    var live = [Beginning(isGreedy: true)]
    var ended: [Text] = []
    while !live.isEmpty, ended.count < beams || live.contains(where: \.isGreedy) {
      let candidates = live.flatMap { beginning in
        continuations(of: beginning, logarithms(behind: beginning.tokens, embeddings, weights))
      }
      live = []
      let least = (candidates.map(\.sum).max() ?? 0) - BeamSearch.margin
      let inOrder =
        candidates.filter(\.isGreedy)
        + candidates.filter { !$0.isGreedy && $0.sum >= least }.sorted { $0.sum > $1.sum }
      for candidate in inOrder
      where candidate.isGreedy || live.count < beams && ended.count < beams {
        if let text = candidate.text(limit: limit) {
          ended.append(text)
        } else {
          live.append(candidate)
        }
      }
    }
    guard let likeliest = ended.max(by: { $0.score < $1.score }),
      let greedy = ended.first(where: \.isGreedy)
    else { return nil }
    let least = BeamSearch.shortest * Double(greedy.tokens.count)
    let isShort = greedy.isWhole && Double(likeliest.tokens.count) < least
    return isShort ? greedy : likeliest
  }

  /// The likeliest token behind the greedy text is the greedy one.
  private static func continuations(
    of beginning: Beginning, _ logarithms: [Double]
  ) -> [Beginning] {
    let likeliest = logarithms.indices.max { logarithms[$0] < logarithms[$1] }
    return logarithms.indices.map { token in
      Beginning(
        tokens: beginning.tokens + [Int32(token)], sum: beginning.sum + logarithms[token],
        isGreedy: beginning.isGreedy && token == likeliest)
    }
  }

  /// The text is that of a search which keeps nothing between tokens: what beginnings take over from one another
  /// is right.
  @Test(arguments: 1...12, [2, 4])
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

  /// Where the likeliest text is much shorter than the greedy one (here it has no token), the greedy one counts.
  @Test
  func aShortTextDoesNotCount() throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: 427))
    let embeddings = TinyDecoder.embeddings(Self.frames, seed: 127)
    let greedy = try #require(Self.search(embeddings, weights, beams: 1, limit: 12))
    let expected = try #require(Self.reference(embeddings, weights, beams: 4, limit: 12))
    let found = try #require(Self.search(embeddings, weights, beams: 4, limit: 12))
    #expect(found.tokens == greedy.tokens && expected.isGreedy && !found.tokens.isEmpty)
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
    #expect(found.attention == greedy.attention && found.probabilities == greedy.probabilities)
    #expect(found.endProbability == greedy.endProbability)
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
