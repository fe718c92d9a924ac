import NN

/// The parameters of `CrossModalFusion`, loaded once and shared by all threads.
package struct CrossModalFusionWeights: Sendable {
  /// Width of an audio embedding.
  package let width: Int
  static let heads = 8
  /// Width inside the feed-forward blocks.
  var inner: Int { 3 * width }

  /// Cross-attention from audio to lips, then a feed-forward block.
  struct Round: Sendable {
    let queryNorm: LayerNorm
    let queries: Linear
    /// Both projections of the lips, joined.
    let keysValues: Linear
    let o: Linear
    let slopes: [Float]
    let shifts: [Float]
    let feedForward: FeedForward

    init(_ scope: WeightScope, width: Int) throws(WeightError) {
      queryNorm = try LayerNorm(scope["query_norm"], size: width)
      queries = try Linear(scope["q_proj"], inputs: width, outputs: width)
      keysValues = try Linear(
        joining: [scope["k_proj"], scope["v_proj"]], inputs: LipSequence.width, outputs: width)
      o = try Linear(scope["o_proj"], inputs: width, outputs: width)
      slopes = try scope.f32("slope", shape: [CrossModalFusionWeights.heads]).elements
      shifts = try scope.f32("shift", shape: [CrossModalFusionWeights.heads]).elements
      feedForward = try FeedForward(scope, width: width, inner: 3 * width)
    }
  }

  let inputNorm: LayerNorm
  let lipNorm: LayerNorm
  let rounds: [Round]
  let outputNorm: LayerNorm
  let output: Linear
  let gate: FusionGate
  let segmentSwitch: FusionSwitch

  /// Loads `fusion` and `switch` of the model at `root`; every tensor below them is used.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["fusion"]
    let width = try scope["input_norm"].length(of: "weight", multipleOf: Self.heads)
    self.width = width
    inputNorm = try LayerNorm(scope["input_norm"], size: width)
    lipNorm = try LayerNorm(scope["lip_norm"], size: LipSequence.width)
    var rounds: [Round] = []
    for index in 0..<2 { rounds.append(try Round(scope["rounds"][index], width: width)) }
    self.rounds = rounds
    outputNorm = try LayerNorm(scope["output_norm"], size: width)
    output = try Linear(scope["output"], inputs: width, outputs: width, hasBias: true)
    gate = try FusionGate(scope, width: width)
    segmentSwitch = try FusionSwitch(root["switch"])
    try scope.finish()
  }

  /// Noisiness of a segment below which lips change nothing, whatever they are, by the model at `root`.
  package static func leastNoisiness(_ root: WeightScope) throws(WeightError) -> Float {
    try FusionSwitch(root["switch"]).noisiness
  }

  /// Floats of scratch that the products need.
  var scratchCount: Int {
    let layers =
      rounds.flatMap { [$0.queries, $0.keysValues, $0.o] } + [output, gate.fc1, gate.fc2]
    return (layers.map(\.weights.scratchCount) + rounds.map(\.feedForward.scratchCount)).max() ?? 0
  }
}
