import AudioEncoder
import Decoding
import ModelStore
import NN

/// Moonshine (Jeffries et al. 2024) as a speech model; `docs/lab/MODEL.md` has its sizes and where its numbers
/// come from.
package enum MoonshineModel {
  /// What Moonshine tiny and base differ in.
  package typealias Sizes = MoonshineLayout

  /// The token that every sequence begins with.
  package static let startToken: Int32 = 1

  /// Heads of tiny-en with 96 %, 94 % and 92 % of their weight on the right word (GRID word timings;
  /// `docs/lab/MODEL.md`, Word times).
  package static let tinyAlignmentHeads = [
    AlignmentHead(layer: 1, head: 3, role: .reading),
    AlignmentHead(layer: 2, head: 1, role: .reading),
    AlignmentHead(layer: 4, head: 3, role: .writing),
  ]

  /// Those of tiny; of other sizes, where none were measured, all heads of the upper half of the layers,
  /// as Whisper's implementation does where it knows none.
  package static func alignmentHeads(_ sizes: Sizes) -> [AlignmentHead] {
    if sizes.decoderLayers == Sizes.tiny.decoderLayers { return tinyAlignmentHeads }
    let config = sizes.decoder
    return (config.layers / 2..<config.layers).flatMap { layer in
      (0..<config.heads).map { AlignmentHead(layer: layer, head: $0, role: .writing) }
    }
  }

  /// Tuned on tiny-en. `docs/lab/MODEL.md` (Calibration) has how each number was chosen and the command that
  /// measures it; `floor`, `unsure`, `density` and `doubtful` were chosen by hand, and no command of that
  /// is left.
  package static let calibration = Calibration(
    tokensPerSecond: 6.5, beams: 1, secondReading: -0.3, secondOpinion: -0.05,
    opinionWeight: 1, floor: -1.7, unsure: -0.9, doubtful: -0.6,
    density: 1, terms: TermBudget(perLetter: 0.4, most: 3, tries: 8), pauseWeight: 0.02,
    audioBytes: 11_760_000)

  /// How a Moonshine encoder hears.
  package static func hearing(_ weights: MoonshineEncoderWeights) -> ModelHearing {
    let config = weights.config
    return ModelHearing(
      width: config.hidden, clock: MoonshineEncoderConfig.clock,
      samples: MoonshineEncoderConfig.minimumSamples...config.maximumSamples,
      frames: { config.lengths(samples: $0).t },
      makeEncoder: { MoonshineEncoder(weights: weights) })
  }

  /// What a model of `sizes` takes, whose weights have so many bytes each.
  static func footprint(_ sizes: Sizes, bytesPerWeight: Int = 1) -> ModelFootprint {
    ModelFootprint(
      weights: bytesPerWeight * sizes.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) },
      audio: calibration.audioBytes,
      sequence: sizes.decoder.maximumTokens * sizes.decoder.bytesPerFrame)
  }

  /// What an installed model takes; nil where it has other sizes than those that can be loaded. Weights that
  /// have 8 bits in the file keep them, others are unpacked to f32.
  static func footprint(_ model: InstalledModel) -> ModelFootprint? {
    Sizes(sizes: model.description.sizes).map { sizes in
      let packed = footprint(sizes)
      return model.weightBytes < 2 * packed.weights
        ? packed : footprint(sizes, bytesPerWeight: MemoryLayout<Float>.size)
    }
  }

  /// File of the vocabulary, beside the weights.
  static let vocabularyFile = "tokenizer.bin"

  /// What SentencePiece writes for a space: U+2581.
  package static let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

  /// The model of `sizes` whose tensors lie below `root`, every one of which is used.
  package static func load(
    name: String, version: String, languages: [String], sizes: Sizes, _ root: WeightScope,
    vocabulary: Vocabulary
  ) throws(WeightError) -> SpeechModel {
    let encoder = try MoonshineEncoderWeights(root["model.encoder"], config: sizes.encoder)
    let decoder = try TextDecoderWeights(root["model.decoder"], config: sizes.decoder)
    try root.finish()
    return SpeechModel(
      name: name, version: version, languages: languages, hearing: hearing(encoder),
      writing: ModelWriting(
        decoder: decoder, alignmentHeads: alignmentHeads(sizes), prompt: { _, _ in [startToken] }),
      vocabulary: vocabulary, calibration: calibration)
  }
}

extension ModelFootprint {
  /// That of the speech model which is used where none is chosen (`KnownModel.recogniser`).
  package static let usual = MoonshineModel.footprint(.tiny)
}

extension MoonshineLayout {
  private static let heads = 8

  /// The encoder of a model of these sizes.
  package var encoder: MoonshineEncoderConfig {
    MoonshineEncoderConfig(
      hidden: hiddenSize, layers: encoderLayers, intermediate: intermediateSize)
  }

  /// Its decoder.
  package var decoder: TextDecoderConfig {
    TextDecoderConfig(
      hidden: hiddenSize, layers: decoderLayers, heads: Self.heads, intermediate: intermediateSize,
      vocabulary: vocabularySize, maximumTokens: 208,
      positions: .rotary(dimensions: 32, theta: 10_000), feedForward: .swiGLU, endToken: 2)
  }
}
