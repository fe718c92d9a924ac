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
  /// Of logits, from transformers with keys and values rounded as ours are. What is left is rounding too: of
  /// queries and of the softmax's weights to 16 bits.
  private static let decoderTolerance: Float = 1e-3
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
        try WeightScope(contentsOf: url), vocabulary: Vocabulary(bytes: [], places: [], space: [0x20])))
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
        let (logits, tokens) = decode(heard, model, count: golden.ids(clip).count - 1)
        #expect(encoded < Self.encoderTolerance)
        for (kind, tolerance) in [("", Self.roundingTolerance), (".rounded", Self.decoderTolerance)] {
          let first = relativeDeviation(
            stride(from: 0, to: logits[0].count, by: SyntheticMoonshine.every).map { logits[0][$0] },
            from: try golden.values("\(clip + kind).logits"))
          let largest = relativeDeviation(
            logits.map { $0.max() ?? 0 }, from: try golden.values("\(clip + kind).largest"))
          Measurement.note(
            "base \(clip + kind): encoder \(encoded) logits \(first) largest \(largest)")
          #expect(first < tolerance && largest < tolerance)
          #expect([MoonshineModel.startToken] + tokens == golden.ids(clip + kind))
        }
      }
    }
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
