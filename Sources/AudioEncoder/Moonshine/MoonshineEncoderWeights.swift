import NN

/// Sizes of a Moonshine encoder; `tinyEnglish` is the one that Viseme ships with.
package struct MoonshineEncoderConfig: Sendable, Hashable {
  /// Width of an embedding.
  package var hidden = 288
  /// Transformer layers.
  package var layers = 6
  /// Attention heads; `hidden / heads` values each.
  package var heads = 8
  /// Width inside the feed-forward block.
  package var intermediate = 1152
  /// Values of a head that carry a position.
  package var rotaryDimensions = 32
  /// Base of the rotary frequencies.
  package var rotaryTheta = 10_000.0
  /// Longest segment, in frames.
  package var maximumFrames = 2048

  /// Moonshine tiny-en.
  package static let tinyEnglish = MoonshineEncoderConfig()

  /// Samples of a frame: the product of the strides.
  package static let samplesPerFrame = 384
  /// Shortest audio that gives one frame.
  package static let minimumSamples = 895

  /// Values of a head.
  package var headSize: Int { hidden / heads }
  /// Longest segment, in samples.
  package var maximumSamples: Int { maximumFrames * Self.samplesPerFrame }

  /// Lengths after the three convolutions for `samples` input samples.
  package func lengths(samples: Int) -> (t1: Int, t2: Int, t: Int) {
    guard samples >= Self.minimumSamples else { return (0, 0, 0) }
    let t1 = (samples - 127) / 64 + 1
    let t2 = (t1 - 7) / 3 + 1
    return (t1, t2, (t2 - 3) / 2 + 1)
  }
}

/// The encoder's parameters, loaded once and shared by all threads.
package struct MoonshineEncoderWeights: Sendable {
  package let config: MoonshineEncoderConfig
  let conv1: Convolution
  let groupNorm: GroupNorm
  let conv2: Convolution
  let conv3: Convolution
  let layers: [Layer]
  let norm: LayerNorm
  let positions: RotaryPositions

  struct Layer: Sendable {
    let inputNorm: LayerNorm
    /// The three projections, joined: one product reads the input once.
    let queriesKeysValues: Linear
    let o: Linear
    let postAttentionNorm: LayerNorm
    let fc1: Linear
    let fc2: Linear

    init(_ scope: WeightScope, _ config: MoonshineEncoderConfig) throws(WeightError) {
      let hidden = config.hidden
      let attention = scope["self_attn"]
      inputNorm = try LayerNorm(scope["input_layernorm"], size: hidden)
      queriesKeysValues = try Linear(
        joining: ["q_proj", "k_proj", "v_proj"].map { attention[$0] }, inputs: hidden,
        outputs: hidden)
      o = try Linear(attention["o_proj"], inputs: hidden, outputs: hidden)
      postAttentionNorm = try LayerNorm(scope["post_attention_layernorm"], size: hidden)
      fc1 = try Linear(
        scope["mlp.fc1"], inputs: hidden, outputs: config.intermediate, hasBias: true)
      fc2 = try Linear(
        scope["mlp.fc2"], inputs: config.intermediate, outputs: hidden, hasBias: true)
    }
  }

  /// Loads the encoder at `scope`, usually `model.encoder`; every tensor below it is used.
  package init(
    _ scope: WeightScope, config: MoonshineEncoderConfig = .tinyEnglish
  ) throws(WeightError) {
    let hidden = config.hidden
    self.config = config
    conv1 = try Convolution(
      scope["conv1"], inputs: 1, outputs: hidden, kernel: 127, step: 64, hasBias: false)
    groupNorm = try GroupNorm(scope["groupnorm"], channels: hidden)
    conv2 = try Convolution(
      scope["conv2"], inputs: hidden, outputs: 2 * hidden, kernel: 7, step: 3)
    conv3 = try Convolution(
      scope["conv3"], inputs: 2 * hidden, outputs: hidden, kernel: 3, step: 2)
    var layers: [Layer] = []
    for index in 0..<config.layers {
      layers.append(try Layer(scope["layers"][index], config))
    }
    self.layers = layers
    norm = try LayerNorm(scope["layer_norm"], size: hidden)
    positions = RotaryPositions(
      dimensions: config.rotaryDimensions, theta: config.rotaryTheta,
      capacity: config.maximumFrames)
    try scope.finish()
  }
}
