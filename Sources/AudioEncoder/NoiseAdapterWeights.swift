import NN

/// The parameters of `NoiseAdapter`, loaded once and shared by all threads.
package struct NoiseAdapterWeights: Sendable {
  /// Width of an embedding.
  package static let width = 288
  static let noiseWidth = 64
  static let block = TimedBlock.Config(width: width, heads: 8, inner: 2 * width)

  let noiseNorm: LayerNorm
  let noiseFC1: Linear
  let noiseFC2: Linear
  /// Noisiness up to which nothing changes, and from which on the whole change is added.
  let opening: (low: Float, high: Float)
  let inputNorm: LayerNorm
  let blocks: [TimedBlock]
  let outputNorm: LayerNorm
  let output: Linear

  /// Loads `adapter` of the model at `root`; every tensor below it is used.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["adapter"]
    let width = Self.width
    noiseNorm = try LayerNorm(scope["noise_norm"], size: width)
    noiseFC1 = try Linear(
      scope["noise_fc1"], inputs: width, outputs: Self.noiseWidth, hasBias: true)
    noiseFC2 = try Linear(scope["noise_fc2"], inputs: Self.noiseWidth, outputs: 1, hasBias: true)
    let bounds = try scope.f32("opening", shape: [2]).elements
    opening = (bounds[0], bounds[1])
    inputNorm = try LayerNorm(scope["input_norm"], size: width)
    var blocks: [TimedBlock] = []
    for index in 0..<2 { blocks.append(try TimedBlock(scope["blocks"][index], Self.block)) }
    self.blocks = blocks
    outputNorm = try LayerNorm(scope["output_norm"], size: width)
    output = try Linear(scope["output"], inputs: width, outputs: width, hasBias: true)
    try scope.finish()
  }
}
