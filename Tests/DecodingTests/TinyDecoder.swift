import Decoding
import Fixtures
import NN

/// A decoder of random weights.
enum TinyDecoder {
  static let config: TextDecoderConfig = {
    var config = TextDecoderConfig.tinyEnglish
    config.hidden = TinyModel.hidden
    config.layers = TinyModel.layers
    config.heads = TinyModel.heads
    config.intermediate = TinyModel.intermediate
    config.vocabulary = TinyModel.vocabulary
    config.rotaryDimensions = TinyModel.rotaryDimensions
    config.maximumTokens = 64
    return config
  }()

  static let heads = [
    AlignmentHead(layer: 0, head: 1, role: .reading),
    AlignmentHead(layer: 1, head: 0, role: .writing),
  ]

  static func weights(_ model: TinyModel = TinyModel(seed: 5)) throws -> TextDecoderWeights {
    try model.withScope { try TextDecoderWeights($0["model.decoder"], config: config) }
  }

  static func embeddings(_ frames: Int, seed: UInt64) -> Embeddings {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<frames * TinyModel.hidden).map { _ in
      Float.random(in: -2...2, using: &generator)
    }
    return Embeddings(frames: frames, width: TinyModel.hidden, values: values)
  }
}

/// A segment and how many tokens it may have.
struct Job {
  let id: Int
  let embeddings: Embeddings
  let tokenLimit: Int
}

/// Decodes `jobs`, the number `waits[i]` of steps passing before each is admitted.
func decode(
  _ jobs: [Job], weights: TextDecoderWeights, slots: Int, heads: [AlignmentHead],
  waits: [Int] = []
) -> [Int: TokenSequence] {
  var decoder = TextDecoder(weights: weights, slots: slots, alignmentHeads: heads)
  var results: [Int: TokenSequence] = [:]
  for (index, job) in jobs.enumerated() {
    var wait = index < waits.count ? waits[index] : 0
    while wait > 0 || !decoder.hasRoom(frames: job.embeddings.frames) {
      for (id, sequence) in decoder.step() { results[id] = sequence }
      wait -= 1
    }
    decoder.admit(job.embeddings, tokenLimit: job.tokenLimit, id: job.id)
  }
  while !decoder.isIdle {
    for (id, sequence) in decoder.step() { results[id] = sequence }
  }
  return results
}

extension TokenSequence {
  /// Equal to the last bit.
  func isIdentical(to other: TokenSequence) -> Bool {
    tokens == other.tokens && ending == other.ending && frames == other.frames
      && probabilities.map(\.bitPattern) == other.probabilities.map(\.bitPattern)
      && endProbability.bitPattern == other.endProbability.bitPattern
      && attention.map(\.bitPattern) == other.attention.map(\.bitPattern)
  }
}
