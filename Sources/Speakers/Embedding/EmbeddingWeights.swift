import NN

/// Sizes of CAM++ (Wang et al. 2023) as 3D-Speaker trained it on Chinese and English speakers.
package enum EmbeddingConfig {
  /// Values of an embedding.
  package static let width = 192
  /// Channels of the head, and frequencies that it leaves of 80 mels.
  static let channels = 32
  static let frequencies = 10
  /// Layers and dilation of the dense blocks, and channels before the first.
  static let blocks = [
    (layers: 12, dilation: 1), (layers: 24, dilation: 2), (layers: 16, dilation: 2),
  ]
  static let inputs = 128
  /// Taps and step of the layer between the head and the blocks.
  static let taps = 5
  static let step = 2
  /// Most channels of a block.
  static let maximumChannels = 1024
  /// Channels behind the last block.
  static let outputs = 512

  /// Steps in time of the blocks for so many frames.
  static func length(frames: Int) -> Int { (frames - 1) / step + 1 }
}

/// The weights of the embedding network, packed; read-only and shared.
package struct EmbeddingWeights: Sendable {
  let first: FrequencyConvolution
  let residual: [ResidualBlock]
  let last: FrequencyConvolution
  let tdnn: PackedMatrix
  let tdnnBias: [Float]
  let blocks: [[DenseLayer]]
  let transits: [Transit]
  let norm: RectifiedScale
  let dense: Linear

  /// Half as many channels: scale, ReLU, linear.
  struct Transit: Sendable {
    let norm: RectifiedScale
    let linear: Linear
  }

  /// Loads the tensors of `speaker-embedding`; none may be missing or left over.
  package init(_ scope: WeightScope) throws(WeightError) {
    typealias C = EmbeddingConfig
    let head = scope["head"]
    first = try FrequencyConvolution(head["first"], inputs: 1, outputs: C.channels, step: 1)
    var residual: [ResidualBlock] = []
    for index in 0..<4 {
      residual.append(
        try ResidualBlock(
          head["blocks"][index], channels: C.channels, step: index % 2 == 0 ? 2 : 1))
    }
    self.residual = residual
    last = try FrequencyConvolution(
      head["last"], inputs: C.channels, outputs: C.channels, step: 2)
    tdnn = try Self.tdnn(scope["tdnn"])
    tdnnBias = try scope["tdnn"].f32("bias", shape: [C.inputs]).elements
    var blocks: [[DenseLayer]] = []
    var transits: [Transit] = []
    var inputs = C.inputs
    for (index, shape) in C.blocks.enumerated() {
      var layers: [DenseLayer] = []
      for layer in 0..<shape.layers {
        layers.append(
          try DenseLayer(
            scope["blocks"][index][layer], inputs: inputs, dilation: shape.dilation))
        inputs += DenseLayer.growth
      }
      blocks.append(layers)
      let transit = scope["transits"][index]
      transits.append(
        Transit(
          norm: try RectifiedScale(transit["norm"], channels: inputs),
          linear: try Linear(pairs: transit, inputs: inputs, outputs: inputs / 2)))
      inputs /= 2
    }
    self.blocks = blocks
    self.transits = transits
    norm = try RectifiedScale(scope["norm"], channels: C.outputs)
    dense = try Linear(scope["dense"], inputs: 2 * C.outputs, outputs: C.width, hasBias: true)
    try scope.finish()
  }

  /// The layer behind the head; its inputs come frequency by frequency, not channel by channel.
  private static func tdnn(_ scope: WeightScope) throws(WeightError) -> PackedMatrix {
    typealias C = EmbeddingConfig
    let inputs = C.channels * C.frequencies
    let weight = try scope.f32("weight", shape: [C.inputs, inputs, C.taps]).elements
    let values = (0..<C.inputs).flatMap { output in
      (0..<inputs).flatMap { place in
        let (frequency, channel) = place.quotientAndRemainder(dividingBy: C.channels)
        let source = (output * inputs + channel * C.frequencies + frequency) * C.taps
        return weight[source..<source + C.taps]
      }
    }
    return PackedMatrix(
      i16: TensorView(values, shape: [C.inputs, inputs, C.taps]), outputs: C.inputs,
      inputs: inputs, taps: C.taps)
  }
}
