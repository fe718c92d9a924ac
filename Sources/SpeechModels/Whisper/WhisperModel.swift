import AudioEncoder
import Decoding
import ModelStore
import NN

/// Whisper (Radford et al. 2022) as a speech model; `docs/lab/MODEL.md` has its sizes and where its numbers
/// come from.
package enum WhisperModel {
  /// Windows whose keys and values a reader alone holds at once.
  private static let windows = 8

  /// Numbers for a decoder whose frames take `bytesPerFrame`.
  ///
  /// - `tokensPerSecond`: languages whose letters take three tokens each are written with up to 14.
  /// - `secondReading`: never. A window always has the same length, and what is around speech changes
  ///   little.
  static func calibration(bytesPerFrame: Int) -> Calibration {
    Calibration(
      tokensPerSecond: 15, beams: 5, secondReading: -1e9, secondOpinion: -0.1, opinionWeight: 1,
      floor: -1.7, unsure: -0.9, doubtful: -0.6,
      density: 1, terms: TermBudget(perLetter: 0.4, most: 3, tries: 8), pauseWeight: 0.02,
      audioBytes: windows * WhisperEncoderConfig.frames * bytesPerFrame)
  }

  /// A window costs the same however much of it is speech, so segments fill it, over far longer pauses than
  /// usual: that takes fewer windows, and words beside others are read better than alone
  /// (`docs/lab/BENCHMARKS.md`).
  private static let segmenter: SegmenterConfig = {
    var config = SegmenterConfig()
    config.preferredSeconds = 26
    config.joinPause = 8
    return config
  }()

  /// What an installed model takes, its weights in 8 bits; nil where the manifest does not tell its sizes.
  static func footprint(_ description: ModelDescription) -> ModelFootprint? {
    let names = ["bands", "width", "encoder_layers", "decoder_layers", "vocabulary"]
    let sizes = names.compactMap { description.sizes[$0] }
    guard sizes.count == names.count, sizes.allSatisfy({ 1...1 << 20 ~= $0 }), sizes[1] < 1 << 14,
      sizes[2] < 1 << 10, sizes[3] < 1 << 10
    else { return nil }
    let (width, tokens) = (sizes[1], 448)
    let layers = (12 * sizes[2] + 16 * sizes[3]) * width * width
    let rest =
      (3 * sizes[0] + 3 * width + sizes[4] + 4 * (WhisperEncoderConfig.frames + tokens)) * width
    let bytesPerFrame = 2 * sizes[3] * width
    return ModelFootprint(
      weights: layers + rest, audio: windows * WhisperEncoderConfig.frames * bytesPerFrame,
      // A reader holds twice the usual number of them (`Reader.slots(_:)`).
      sequence: 2 * tokens * bytesPerFrame)
  }

  /// The sizes of the encoder of a described model.
  static func encoder(_ description: WhisperDescription) -> WhisperEncoderConfig {
    WhisperEncoderConfig(
      bands: description.bands, hidden: description.hidden, layers: description.encoderLayers,
      heads: description.heads)
  }

  /// The shape of the decoder of a described model.
  static func decoder(_ description: WhisperDescription) -> TextDecoderConfig {
    var config = TextDecoderConfig(
      hidden: description.hidden, layers: description.decoderLayers, heads: description.heads,
      intermediate: 4 * description.hidden, vocabulary: description.vocabulary,
      maximumTokens: description.maximumTokens, positions: .learned, feedForward: .gelu,
      hasAttentionBias: true, hasNormBias: true, endToken: Int32(description.endToken))
    config.suppressed = description.suppressed.map { Int32($0) }
    config.suppressedFirst = description.suppressedFirst.map { Int32($0) }
    return config
  }

  /// How a Whisper encoder hears: always a whole window, whatever comes in.
  package static func hearing(_ weights: WhisperEncoderWeights) -> ModelHearing {
    ModelHearing(
      width: weights.config.hidden, clock: WhisperEncoderConfig.clock, samples: 1...LogMel.samples,
      frames: { _ in WhisperEncoderConfig.frames },
      makeEncoder: { WhisperEncoder(weights: weights) })
  }

  /// What a sequence begins with; `language` is one of the description's, or none of English alone.
  private static func prompt(
    _ description: WhisperDescription, language: String, _ task: RecognitionTask
  ) -> [Int32] {
    let start = Int32(description.startToken)
    let end = Int32(description.noTimestampsToken)
    guard let spoken = description.languages.first(where: { $0.code == language }) else {
      return [start, end]
    }
    let asked = task == .translate ? description.translateToken : description.transcribeToken
    return [start, Int32(spoken.token), Int32(asked), end]
  }

  /// The described model whose tensors lie below `root`, every one of which is used.
  package static func load(
    name: String, version: String, _ description: WhisperDescription, _ root: WeightScope,
    vocabulary: Vocabulary
  ) throws(WeightError) -> SpeechModel {
    let hears = try WhisperEncoderWeights(root["model.encoder"], config: encoder(description))
    let writes = try TextDecoderWeights(root["model.decoder"], config: decoder(description))
    try root.finish()
    let isMultilingual = !description.languages.isEmpty
    return SpeechModel(
      name: name, version: version,
      languages: isMultilingual ? description.languages.map(\.code) : ["en"],
      tasks: isMultilingual ? [.transcribe, .translate] : [.transcribe],
      hearing: hearing(hears),
      writing: ModelWriting(
        decoder: writes,
        alignmentHeads: description.alignmentHeads.map {
          AlignmentHead(layer: $0[0], head: $0[1], role: .writing)
        },
        languageTokens: description.languages.map { Int32($0.token) },
        prompt: { prompt(description, language: $0, $1) }),
      vocabulary: vocabulary, calibration: calibration(bytesPerFrame: writes.config.bytesPerFrame),
      segmenter: segmenter, silenceSentences: silenceSentences)
  }
}
