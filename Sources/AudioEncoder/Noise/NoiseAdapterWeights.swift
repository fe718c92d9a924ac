import NN

/// The parameters of `NoiseAdapter`, loaded once and shared by all threads.
package struct NoiseAdapterWeights: Sendable {
  static let block = TimedBlock.Config(
    width: NoiseMeterWeights.width, heads: 8, inner: 2 * NoiseMeterWeights.width)

  let inputNorm: LayerNorm
  let blocks: [TimedBlock]
  let outputNorm: LayerNorm
  let output: Linear

  /// Loads its part of `adapter` of the model at `root`; every tensor there is then used, once
  /// `NoiseMeterWeights` are loaded too.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["adapter"]
    let width = NoiseMeterWeights.width
    inputNorm = try LayerNorm(scope["input_norm"], size: width)
    var blocks: [TimedBlock] = []
    for index in 0..<2 { blocks.append(try TimedBlock(scope["blocks"][index], Self.block)) }
    self.blocks = blocks
    outputNorm = try LayerNorm(scope["output_norm"], size: width)
    output = try Linear(scope["output"], inputs: width, outputs: width, hasBias: true)
  }
}
