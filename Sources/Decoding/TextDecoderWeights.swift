import NN

/// The decoder's parameters, loaded once and shared by all threads.
///
/// The tensors have the same names in every family; importers bring them:
///
///     embed_tokens.weight [vocabulary, hidden], also the output projection
///     embed_positions.weight [maximumTokens, hidden]             learned positions only
///     layers.N.input_layernorm, post_attention_layernorm, final_layernorm   .weight (.bias)
///     layers.N.self_attn, encoder_attn  .q_proj .k_proj .v_proj .o_proj     .weight (.bias, not of k)
///     layers.N.mlp.fc1, mlp.fc2                                             .weight .bias
///     norm .weight (.bias)
package struct TextDecoderWeights: Sendable {
  package let config: TextDecoderConfig
  /// Token embeddings, which are also the output projection: `[vocabulary, hidden]`.
  let embedding: PackedMatrix
  let layers: [Layer]
  let norm: LayerNorm
  let positions: Positions

  /// How a token's place is told; see `TextDecoderConfig.Positions`.
  enum Positions: Sendable {
    case rotary(RotaryPositions)
    /// `[maximumTokens, hidden]`.
    case learned(TensorView<Float>)

    init(_ scope: WeightScope, _ config: TextDecoderConfig) throws(WeightError) {
      switch config.positions {
      case .rotary(let dimensions, let theta):
        self = .rotary(
          RotaryPositions(dimensions: dimensions, theta: theta, capacity: config.maximumTokens))
      case .learned:
        let shape = [config.maximumTokens, config.hidden]
        self = .learned(try scope["embed_positions"].f32("weight", shape: shape))
      }
    }
  }

  /// Projections that read the same input are joined to one product.
  struct SelfAttention: Sendable {
    let queriesKeysValues: Linear
    let o: Linear

    init(_ scope: WeightScope, _ config: TextDecoderConfig) throws(WeightError) {
      let (hidden, hasBias) = (config.hidden, config.hasAttentionBias)
      queriesKeysValues = try Linear(
        joining: ["q_proj", "k_proj", "v_proj"].map { scope[$0] }, inputs: hidden, outputs: hidden,
        withBias: hasBias ? [0, 2] : [])
      o = try Linear(scope["o_proj"], inputs: hidden, outputs: hidden, hasBias: hasBias)
    }
  }

  struct CrossAttention: Sendable {
    let q: Linear
    let keysValues: Linear
    let o: Linear

    init(_ scope: WeightScope, _ config: TextDecoderConfig) throws(WeightError) {
      let (hidden, hasBias) = (config.hidden, config.hasAttentionBias)
      q = try Linear(scope["q_proj"], inputs: hidden, outputs: hidden, hasBias: hasBias)
      keysValues = try Linear(
        joining: ["k_proj", "v_proj"].map { scope[$0] }, inputs: hidden, outputs: hidden,
        withBias: hasBias ? [1] : [])
      o = try Linear(scope["o_proj"], inputs: hidden, outputs: hidden, hasBias: hasBias)
    }
  }

  struct Layer: Sendable {
    let inputNorm: LayerNorm
    let selfAttention: SelfAttention
    let postAttentionNorm: LayerNorm
    let crossAttention: CrossAttention
    let finalNorm: LayerNorm
    let fc1: Linear
    let fc2: Linear

    init(_ scope: WeightScope, _ config: TextDecoderConfig) throws(WeightError) {
      let hidden = config.hidden
      func norm(_ name: String) throws(WeightError) -> LayerNorm {
        try LayerNorm(scope[name], size: hidden, hasBias: config.hasNormBias)
      }
      inputNorm = try norm("input_layernorm")
      selfAttention = try SelfAttention(scope["self_attn"], config)
      postAttentionNorm = try norm("post_attention_layernorm")
      crossAttention = try CrossAttention(scope["encoder_attn"], config)
      finalNorm = try norm("final_layernorm")
      fc1 = try Linear(
        scope["mlp.fc1"], inputs: hidden, outputs: config.expanded, hasBias: true)
      fc2 = try Linear(
        scope["mlp.fc2"], inputs: config.intermediate, outputs: hidden, hasBias: true)
    }
  }

  /// Loads the decoder at `scope`, usually `model.decoder`; every tensor below it is used.
  package init(_ scope: WeightScope, config: TextDecoderConfig) throws(WeightError) {
    self.config = config
    let table = try scope["embed_tokens"].weight(
      "weight", shape: [config.vocabulary, config.hidden])
    embedding = PackedMatrix(
      table, outputs: config.vocabulary, inputs: config.hidden)
    var layers: [Layer] = []
    for index in 0..<config.layers {
      layers.append(try Layer(scope["layers"][index], config))
    }
    self.layers = layers
    norm = try LayerNorm(scope["norm"], size: config.hidden, hasBias: config.hasNormBias)
    positions = try Positions(scope, config)
    try scope.finish()
  }

  /// What the first layer reads for `token` at `position`, into `row [hidden]`.
  func embed(_ token: Int32, at position: Int, into row: UnsafeMutablePointer<Float>) {
    embedding.copyWeights(of: Int(token), into: row)
    guard case .learned(let table) = positions else { return }
    precondition((0..<config.maximumTokens).contains(position))
    table.withUnsafeBufferPointer { table in
      for column in 0..<config.hidden { row[column] += table[position * config.hidden + column] }
    }
  }
}
