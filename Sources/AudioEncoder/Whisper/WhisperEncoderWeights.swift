import NN

/// Sizes of a Whisper encoder (Radford et al. 2022, table 1).
package struct WhisperEncoderConfig: Sendable, Hashable {
  /// Bands of the mel scale: 80, or 128 from large-v3 on.
  package var bands: Int
  /// Width of an embedding.
  package var hidden: Int
  /// Transformer layers.
  package var layers: Int
  /// Attention heads; `hidden / heads` values each.
  package var heads: Int

  /// Frames of a window of 30 s.
  package static let frames = LogMel.frames / 2
  /// Frames lie 20 ms apart, two steps of the front end; times are those of Whisper's time stamps.
  package static let clock = FrameClock(stride: 0.02, middle: 0.01)

  /// An encoder of these sizes.
  package init(bands: Int, hidden: Int, layers: Int, heads: Int) {
    precondition(hidden % heads == 0)
    self.bands = bands
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
  }

  /// Width inside the feed-forward block.
  var intermediate: Int { 4 * hidden }
}

/// The encoder's parameters, loaded once and shared by all threads.
package struct WhisperEncoderWeights: Sendable {
  package let config: WhisperEncoderConfig
  let frontEnd: LogMel
  let conv1: Convolution
  let conv2: Convolution
  /// Added to the frames `[1500, hidden]`.
  let positions: [Float]
  let layers: [EncoderLayer]
  let norm: LayerNorm

  /// Loads the encoder at `scope`, usually `model.encoder`; every tensor below it is used.
  package init(_ scope: WeightScope, config: WhisperEncoderConfig) throws(WeightError) {
    let hidden = config.hidden
    self.config = config
    frontEnd = LogMel(bands: config.bands)
    conv1 = try Convolution(
      scope["conv1"], inputs: config.bands, outputs: hidden, kernel: 3, step: 1)
    conv2 = try Convolution(scope["conv2"], inputs: hidden, outputs: hidden, kernel: 3, step: 2)
    positions = try scope["embed_positions"].f32(
      "weight", shape: [WhisperEncoderConfig.frames, hidden]
    ).elements
    var layers: [EncoderLayer] = []
    for index in 0..<config.layers {
      layers.append(
        try EncoderLayer(
          scope["layers"][index], hidden: hidden, intermediate: config.intermediate, hasBias: true))
    }
    self.layers = layers
    norm = try LayerNorm(scope["layer_norm"], size: hidden, hasBias: true)
    try scope.finish()
  }
}
