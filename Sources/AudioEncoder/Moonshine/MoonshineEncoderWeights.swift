import NN

/// Sizes of a Moonshine encoder.
package struct MoonshineEncoderConfig: Sendable, Hashable {
  /// Width of an embedding.
  package var hidden: Int
  /// Transformer layers.
  package var layers: Int
  /// Attention heads; `hidden / heads` values each.
  package var heads = 8
  /// Width inside the feed-forward block.
  package var intermediate: Int
  /// Values of a head that carry a position.
  package var rotaryDimensions = 32
  /// Base of the rotary frequencies.
  package var rotaryTheta = 10_000.0
  /// Longest segment, in frames.
  package var maximumFrames = 2048

  package init(hidden: Int, layers: Int, intermediate: Int) {
    self.hidden = hidden
    self.layers = layers
    self.intermediate = intermediate
  }

  /// Samples of a frame: the product of the strides.
  package static let samplesPerFrame = 384
  /// A frame is made from 895 samples, its stride is 384: the middle of the first lies at sample 448.
  package static let clock = FrameClock(stride: 0.024, middle: 0.028)
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
  let layers: [EncoderLayer]
  let norm: LayerNorm
  let positions: RotaryPositions

  /// Loads the encoder at `scope`, usually `model.encoder`; every tensor below it is used.
  package init(
    _ scope: WeightScope, config: MoonshineEncoderConfig
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
    var layers: [EncoderLayer] = []
    for index in 0..<config.layers {
      layers.append(
        try EncoderLayer(
          scope["layers"][index], hidden: hidden, intermediate: config.intermediate, hasBias: false)
      )
    }
    self.layers = layers
    norm = try LayerNorm(scope["layer_norm"], size: hidden)
    positions = RotaryPositions(
      dimensions: config.rotaryDimensions, theta: config.rotaryTheta,
      capacity: config.maximumFrames)
    try scope.finish()
  }
}
