import AudioEncoder
import Decoding
import Fixtures
import Foundation
import ModelStore
import NN
import SpeechModels
import Testing

/// The decoder against values of another implementation (transformers' arithmetic in f32).
@Suite(
  .enabled(if: InstalledModels.moonshine != nil, "moonshine-tiny-en is not installed"),
  .enabled(if: InstalledModels.tokenizer != nil, "the tokenizer is not installed"),
  .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"))
struct DecoderParityTests {
  /// Keys and values are stored in 8 bits, in 255 steps from their least to their largest value;
  /// averaged over dimensions, frames and layers 1.4e-3 of the largest logit was seen. (With f32 keys
  /// and values it is 2e-6.) The closest decision of the two clips, a margin of 0.40 in logits of 13
  /// and more, would need 1e-2.
  static let tolerance: Float = 3e-3
  /// From transformers with keys and values rounded as ours are (1.03e-3 was seen): rows of activations, queries
  /// and the softmax's weights have 16 bits here, which decides where a number lies between two codes.
  static let roundedTolerance: Float = 2e-3

  private struct Decoded {
    var steps: [[Float]] = []
    var sequence = TokenSequence()
  }

  private func decode(_ embeddings: Embeddings, _ scope: WeightScope) throws -> Decoded {
    let weights = try TextDecoderWeights(
      scope["model.decoder"], config: MoonshineModel.Sizes.tiny.decoder)
    var decoder = TextDecoder(
      weights: weights, slots: 1, alignmentHeads: MoonshineModel.tinyAlignmentHeads)
    decoder.admit(embeddings, tokenLimit: 80, id: 7)
    var decoded = Decoded()
    while !decoder.isIdle {
      var logits: [Float] = []
      for (id, sequence) in decoder.step(trace: { logits = $0.copied() }) {
        #expect(id == 7)
        decoded.sequence = sequence
      }
      decoded.steps.append(logits)
    }
    return decoded
  }

  private func check(_ decoded: Decoded, _ clip: String) throws {
    let golden = try #require(GoldenValues.shared)
    let expected = try #require(golden.clip[clip])
    #expect([1] + decoded.sequence.tokens + [2] == expected.f32.ids)
    #expect(decoded.sequence.ending == .endToken)
    let reference = try golden.array("\(clip).step0_logits_f32").floats
    let first = relativeDeviation(try #require(decoded.steps.first), from: reference)
    let largest = relativeDeviation(
      decoded.steps.map { $0.max() ?? 0 },
      from: try golden.array("\(clip).max_logit_per_step_f32").floats)
    let margins = relativeDeviation(decoded.steps.map(Self.margin), from: expected.f32.margin)
    Measurement.note("\(clip) logits: first \(first) largest \(largest) margin \(margins)")
    #expect(first < Self.tolerance && largest < Self.tolerance)
    // A margin is a difference of logits that are about three times as large.
    #expect(margins < 3 * Self.tolerance)
  }

  private static func margin(_ logits: [Float]) -> Float {
    let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
    let next = logits.indices.filter { $0 != best }.map { logits[$0] }.max() ?? 0
    return logits[best] - next
  }

  @Test(arguments: GoldenValues.clips)
  func ownEmbeddingsGiveTheSameTokens(clip: String) throws {
    let golden = try #require(GoldenValues.shared)
    let scope = try WeightScope(contentsOf: try #require(InstalledModels.moonshine))
    var encoder = MoonshineEncoder(
      weights: try MoonshineEncoderWeights(
        scope["model.encoder"], config: MoonshineModel.Sizes.tiny.encoder))
    let embeddings = encoder.encode(try golden.array("\(clip).samples").floats)
    let decoded = try decode(embeddings, scope)
    try check(decoded, clip)
    let vocabulary = try InstalledVocabulary.load()
    #expect(vocabulary.text(decoded.sequence.tokens) == golden.clip[clip]?.f32.text)
  }

  @Test
  func referenceEmbeddingsGiveTheSameTokens() throws {
    let golden = try #require(GoldenValues.shared)
    let values = try golden.array("jfk3s.encoder_out")
    let scope = try WeightScope(contentsOf: try #require(InstalledModels.moonshine))
    let embeddings = Embeddings(
      frames: values.shape[0], width: values.shape[1], values: values.floats)
    let decoded = try decode(embeddings, scope)
    try check(decoded, "jfk3s")
    try checkRounded(decoded)
  }

  /// `Training/golden_moonshine_tiny.py`: every eighth logit of the first step, the largest of each.
  private func checkRounded(_ decoded: Decoded) throws {
    let golden = try SyntheticMoonshine(file: "moonshine-tiny")
    let logits = try #require(decoded.steps.first)
    let first = relativeDeviation(
      stride(from: 0, to: logits.count, by: SyntheticMoonshine.every).map { logits[$0] },
      from: try golden.values("logits"))
    let largest = relativeDeviation(
      decoded.steps.map { $0.max() ?? 0 }, from: try golden.values("largest"))
    Measurement.note("jfk3s rounded logits: first \(first) largest \(largest)")
    #expect(first < Self.roundedTolerance && largest < Self.roundedTolerance)
  }
}

enum InstalledVocabulary {
  static func load() throws -> Vocabulary {
    let url = try #require(InstalledModels.tokenizer)
    return try VocabularyFile.read(
      [UInt8](Data(contentsOf: url)), count: 32_768, space: MoonshineModel.spaceMark)
  }
}
