import NN

/// The parameters of `NoiseAdapter`, loaded once and shared by all threads.
package struct NoiseAdapterWeights: Sendable {
  private static let heads = 8

  /// Width of an embedding.
  package var width: Int { block.width }
  let block: TimedBlock.Config
  let inputNorm: LayerNorm
  let blocks: [TimedBlock]
  let outputNorm: LayerNorm
  let output: Linear

  /// Loads its part of `adapter` of the model at `root`; every tensor there is then used, once
  /// `NoiseMeterWeights` are loaded too.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["adapter"]
    let width = try scope["input_norm"].length(of: "weight", multipleOf: Self.heads)
    block = TimedBlock.Config(width: width, heads: Self.heads, inner: 2 * width)
    inputNorm = try LayerNorm(scope["input_norm"], size: width)
    var blocks: [TimedBlock] = []
    for index in 0..<2 { blocks.append(try TimedBlock(scope["blocks"][index], block)) }
    self.blocks = blocks
    outputNorm = try LayerNorm(scope["output_norm"], size: width)
    output = try Linear(scope["output"], inputs: width, outputs: width, hasBias: true)
  }
}
