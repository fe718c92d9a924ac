import Decoding
import Fixtures
import ModelStore
import NN
import Testing

/// The decoder in Whisper's shape (learned positions, GELU, biases) against its definition in f64, and what
/// is done with prompts and with tokens that may not be written.
@Suite struct TextDecoderShapeTests {
  private static func config(
    suppressed: [Int32] = [], first: [Int32] = []
  ) -> TextDecoderConfig {
    var config = TextDecoderConfig(
      hidden: TinyModel.hidden, layers: TinyModel.layers, heads: TinyModel.heads,
      intermediate: TinyModel.intermediate, vocabulary: TinyModel.vocabulary, maximumTokens: 64,
      positions: .learned, feedForward: .gelu, hasAttentionBias: true, hasNormBias: true,
      endToken: 2)
    config.suppressed = suppressed
    config.suppressedFirst = first
    return config
  }

  private static func weights(
    _ reference: ReferenceDecoder, _ config: TextDecoderConfig = config()
  ) throws -> TextDecoderWeights {
    var model = TinyModel(seed: 1)
    model.tensors = [:]
    for (name, value) in reference.tensors {
      model.tensors[name] = TensorData(
        name: name, shape: value.shape, floats: value.values.map { Float($0) })
    }
    return try model.withScope { try TextDecoderWeights($0["model.decoder"], config: config) }
  }

  /// What a decoder writes of `embeddings`, and its logits, step by step.
  private static func decode(
    _ weights: TextDecoderWeights, _ embeddings: Embeddings, prompt: [Int32], limit: Int
  ) throws -> (sequence: TokenSequence, logits: [[Float]]) {
    var decoder = TextDecoder(weights: weights, slots: 1, alignmentHeads: TinyDecoder.heads)
    decoder.admit(embeddings, prompt: prompt, tokenLimit: limit, id: 0)
    var logits: [[Float]] = []
    while true {
      let finished = decoder.step(trace: { logits.append($0.copied()) })
      if let sequence = finished.first?.sequence { return (sequence, logits) }
    }
  }

  // Keys and values in 8 bits: their rounding is all that differs.
  @Test(arguments: 1...4)
  func logitsAreThoseOfTheDefinition(seed: Int) throws {
    let reference = ReferenceDecoder(seed: UInt64(seed))
    let heard = TinyDecoder.embeddings(23, seed: UInt64(seed))
    let prompt: [Int32] = [1, 7, 9, 30]
    let (sequence, logits) = try Self.decode(
      Self.weights(reference), heard, prompt: prompt, limit: 12)
    for (step, row) in logits.enumerated() {
      let tokens = prompt + sequence.tokens.prefix(step)
      let expected = reference.logits(tokens, heard).map { Float($0) }
      let deviation = relativeDeviation(row, from: expected)
      Measurement.note("Whisper's shape, seed \(seed), step \(step): \(deviation)")
      #expect(deviation < 2e-2)
    }
  }

  // Whether a token was written or given makes no difference, to the last bit.
  @Test(arguments: 1...6)
  func aPromptIsWhatWasWrittenBefore(count: Int) throws {
    let weights = try Self.weights(ReferenceDecoder(seed: 9))
    let heard = TinyDecoder.embeddings(30, seed: 3)
    let whole = try Self.decode(weights, heard, prompt: [1], limit: 24)
    let written = Array(whole.sequence.tokens.prefix(2 * count))
    try #require(written.count == 2 * count && whole.logits.count > written.count)
    let rest = try Self.decode(weights, heard, prompt: [1] + written, limit: 1)
    #expect(rest.logits[0] == whole.logits[written.count])
    let frames = TinyDecoder.heads.count * heard.frames
    #expect(
      rest.sequence.attention
        == Array(whole.sequence.attention[written.count * frames..<(written.count + 1) * frames]))
  }

  @Test
  func whatIsSuppressedIsNotWritten() throws {
    let reference = ReferenceDecoder(seed: 4)
    let heard = TinyDecoder.embeddings(30, seed: 4)
    let free = try Self.decode(Self.weights(reference), heard, prompt: [1], limit: 8).sequence
    let first = try #require(free.tokens.first)
    let never = try Self.decode(
      Self.weights(reference, Self.config(suppressed: [first])), heard, prompt: [1], limit: 8
    ).sequence
    #expect(!never.tokens.contains(first) && never.tokens.first != nil)
    let notFirst = try Self.decode(
      Self.weights(reference, Self.config(first: [first])), heard, prompt: [1], limit: 8
    ).sequence
    #expect(notFirst.tokens.first == never.tokens.first)
    // The others' probabilities grow by what the suppressed token had.
    #expect(try #require(notFirst.probabilities.first) > 0)
    #expect(try #require(free.probabilities.first) >= 1 / Float(TinyModel.vocabulary))
  }

  @Test(arguments: ["embed_positions.weight", "layers.0.self_attn.v_proj.bias", "norm.bias"])
  func aMissingTensorIsNamed(name: String) throws {
    var reference = ReferenceDecoder(seed: 2)
    reference.tensors["model.decoder.\(name)"] = nil
    #expect(throws: WeightError.self) { try Self.weights(reference) }
  }
}
