import NN

/// The parameters of `LipNetwork`, loaded once and shared by all threads.
package struct LipNetworkWeights: Sendable {
  static let block = TimedBlock.Config(width: LipSequence.width, heads: 4, inner: 384)
  /// Side of the last convolution's map.
  static let lastSide = 3
  static let lastChannels = 160

  /// The convolutions in order.
  let convolutions: [Convolution2D]
  let projection: Linear
  let blocks: [TimedBlock]
  let outputNorm: LayerNorm
  /// The faces that it may be trusted with; nil where that is not asked.
  let knownFace: KnownFace?

  /// Loads `lips` of the model at `root`, and `known` where it knows faces; every tensor below them is used.
  package init(_ root: WeightScope, knowsFaces: Bool = true) throws(WeightError) {
    let scope = root["lips"]
    let width = LipSequence.width
    convolutions = [
      try Self.convolution(scope, 0, [32, 5, 5, 5], step: 3, padding: 0),
      try Self.convolution(scope, 1, [64, 32, 3, 3], step: 2, padding: 1),
      try Self.convolution(scope, 2, [96, 64, 3, 3], step: 2, padding: 1),
      try Self.convolution(scope, 3, [Self.lastChannels, 96, 3, 3], step: 2, padding: 1),
    ]
    let positions = Self.lastSide * Self.lastSide
    let inputs = Self.lastChannels * positions
    // The file's inputs are [channel, y, x], those of the maps here [y, x, channel].
    projection = Linear(
      weights: PackedMatrix(
        f32: try scope["projection"].f32("weight", shape: [width, inputs]), outputs: width,
        inputs: Self.lastChannels, taps: positions),
      bias: try scope["projection"].f32("bias", shape: [width]).elements)
    var blocks: [TimedBlock] = []
    for index in 0..<2 { blocks.append(try TimedBlock(scope["blocks"][index], Self.block)) }
    self.blocks = blocks
    outputNorm = try LayerNorm(scope["output_norm"], size: width)
    knownFace = knowsFaces ? try KnownFace(root["known"], width: width) : nil
    try scope.finish()
  }

  private static func convolution(
    _ scope: WeightScope, _ index: Int, _ shape: [Int], step: Int, padding: Int
  ) throws(WeightError) -> Convolution2D {
    let layer = scope["convolutions"][index]
    return Convolution2D(
      weight: try layer.f32("weight", shape: shape),
      bias: try layer.f32("bias", shape: [shape[0]]).elements, step: step, padding: padding)
  }
}
