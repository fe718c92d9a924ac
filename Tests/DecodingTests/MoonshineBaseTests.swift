import AudioEncoder
import Decoding
import Fixtures
import Foundation
import ModelStore
import NN
import SpeechModels
import Testing

/// Moonshine base, in its real sizes with random weights, against transformers'
/// `MoonshineForConditionalGeneration` (`Training/golden_moonshine.py`).
@Suite struct MoonshineBaseTests {
  /// f32 on both sides; sums are taken in another order.
  private static let encoderTolerance: Float = 1e-4
  /// Of logits, from transformers with keys and values rounded as ours are: 1.8e-4 to 3.1e-3 by clip and
  /// instruction set. Nothing comes nearer by more than luck: transformers with this rounding in f32 and in f64 differ by
  /// 2.4e-3 and 2.0e-3 (6e-7 without), since a value between two codes goes to one or the other by its last bit.
  private static let decoderTolerance: Float = 4e-3
  /// Of logits, from transformers as it is: what 8 bits for keys and values cost. Through eight layers of
  /// random weights that comes to 5.7e-3 at the first step, by which transformers' own logits move too when
  /// its keys and values are rounded.
  private static let roundingTolerance: Float = 1e-2

  private static func withModel<Result>(_ body: (SpeechModel) throws -> Result) throws -> Result {
    let url = try SyntheticMoonshine.write()
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(
      MoonshineModel.load(
        name: "base", version: "random", languages: ["en"], sizes: .base,
        try WeightScope(contentsOf: url),
        vocabulary: Vocabulary(bytes: [], places: [], space: [0x20])))
  }

  @Test
  func namesAndShapesAreThoseOfTransformers() throws {
    let own = MoonshineModel.Sizes.base.tensors.map { name, shape in
      "\(name) \(shape.map(String.init).joined(separator: " "))"
    }
    #expect(try own.sorted() == SyntheticMoonshine().tensorLines)
  }

  @Test
  func encoderLogitsAndTokensAreThoseOfTransformers() throws {
    let golden = try SyntheticMoonshine()
    try Self.withModel { model in
      #expect(model.hearing.width == 416 && model.writing.bytesPerFrame == 6656)
      for clip in SyntheticMoonshine.clips {
        var encoder = model.hearing.makeEncoder()
        let heard = encoder.encode(SyntheticMoonshine.samples(clip))
        #expect(heard.frames == 61)
        let rows = stride(from: 0, to: heard.frames, by: SyntheticMoonshine.every).flatMap {
          heard.values[$0 * heard.width..<($0 + 1) * heard.width]
        }
        let encoded = relativeDeviation(rows, from: try golden.values("\(clip).encoder"))
        Measurement.note("base \(clip): encoder \(encoded)")
        #expect(encoded < Self.encoderTolerance)
        let decoded = decode(heard, model, count: golden.ids(clip).count - 1)
        try check(decoded, golden, clip, Self.roundingTolerance)
        try check(decoded, golden, "\(clip).rounded", Self.decoderTolerance)
      }
    }
  }

  private func check(
    _ decoded: (logits: [[Float]], tokens: [Int32]), _ golden: SyntheticMoonshine, _ name: String,
    _ tolerance: Float
  ) throws {
    let every = SyntheticMoonshine.every
    let first = stride(from: 0, to: decoded.logits[0].count, by: every).map {
      decoded.logits[0][$0]
    }
    let ofFirst = relativeDeviation(first, from: try golden.values("\(name).logits"))
    let ofLargest = relativeDeviation(
      decoded.logits.map { $0.max() ?? 0 }, from: try golden.values("\(name).largest"))
    Measurement.note("base \(name): logits \(ofFirst) largest \(ofLargest)")
    #expect(ofFirst < tolerance && ofLargest < tolerance)
    #expect([MoonshineModel.startToken] + decoded.tokens == golden.ids(name))
  }

  /// The logits of each step and the tokens written.
  private func decode(
    _ heard: Embeddings, _ model: SpeechModel, count: Int
  ) -> (logits: [[Float]], tokens: [Int32]) {
    var decoder = TextDecoder(
      weights: model.writing.decoder, slots: 1, alignmentHeads: model.writing.alignmentHeads)
    decoder.admit(
      heard, prompt: model.writing.prompt("en", .transcribe), tokenLimit: count, id: 0)
    var logits: [[Float]] = []
    var tokens: [Int32] = []
    while !decoder.isIdle {
      for (_, sequence) in decoder.step(trace: { logits.append($0.copied()) }) {
        tokens = sequence.tokens
      }
    }
    return (logits, tokens)
  }
}
