import NN

/// Sizes of a Moonshine text decoder; `tinyEnglish` is the one that Viseme ships with.
package struct TextDecoderConfig: Sendable, Hashable {
  /// Width of an embedding.
  package var hidden = 288
  /// Transformer layers.
  package var layers = 6
  /// Attention heads; `hidden / heads` values each.
  package var heads = 8
  /// Width inside the gated feed-forward block.
  package var intermediate = 1152
  /// Number of tokens.
  package var vocabulary = 32_768
  /// Values of a head that carry a position.
  package var rotaryDimensions = 32
  /// Base of the rotary frequencies.
  package var rotaryTheta = 10_000.0
  /// Longest sequence of tokens, the start token included.
  package var maximumTokens = 208
  /// The token every sequence starts with.
  package var startToken: Int32 = 1
  /// The token that ends a sequence.
  package var endToken: Int32 = 2

  /// Moonshine tiny-en.
  package static let tinyEnglish = TextDecoderConfig()

  /// Values of a head.
  package var headSize: Int { hidden / heads }
}

/// The decoder's parameters, loaded once and shared by all threads.
package struct TextDecoderWeights: Sendable {
  package let config: TextDecoderConfig
  /// Token embeddings, which are also the output projection: `[vocabulary, hidden]`.
  let embedding: PackedMatrix
  let layers: [Layer]
  let norm: LayerNorm
  let positions: RotaryPositions

  /// Projections that read the same input are joined to one product.
  struct SelfAttention: Sendable {
    let queriesKeysValues: Linear
    let o: Linear

    init(_ scope: WeightScope, hidden: Int) throws(WeightError) {
      queriesKeysValues = try Linear(
        joining: ["q_proj", "k_proj", "v_proj"].map { scope[$0] }, inputs: hidden, outputs: hidden)
      o = try Linear(scope["o_proj"], inputs: hidden, outputs: hidden)
    }
  }

  struct CrossAttention: Sendable {
    let q: Linear
    let keysValues: Linear
    let o: Linear

    init(_ scope: WeightScope, hidden: Int) throws(WeightError) {
      q = try Linear(scope["q_proj"], inputs: hidden, outputs: hidden)
      keysValues = try Linear(
        joining: ["k_proj", "v_proj"].map { scope[$0] }, inputs: hidden, outputs: hidden)
      o = try Linear(scope["o_proj"], inputs: hidden, outputs: hidden)
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
      inputNorm = try LayerNorm(scope["input_layernorm"], size: hidden)
      selfAttention = try SelfAttention(scope["self_attn"], hidden: hidden)
      postAttentionNorm = try LayerNorm(scope["post_attention_layernorm"], size: hidden)
      crossAttention = try CrossAttention(scope["encoder_attn"], hidden: hidden)
      finalNorm = try LayerNorm(scope["final_layernorm"], size: hidden)
      fc1 = try Linear(
        scope["mlp.fc1"], inputs: hidden, outputs: 2 * config.intermediate, hasBias: true)
      fc2 = try Linear(
        scope["mlp.fc2"], inputs: config.intermediate, outputs: hidden, hasBias: true)
    }
  }

  /// Loads the decoder at `scope`, usually `model.decoder`; every tensor below it is used.
  package init(
    _ scope: WeightScope, config: TextDecoderConfig = .tinyEnglish
  ) throws(WeightError) {
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
    norm = try LayerNorm(scope["norm"], size: config.hidden)
    positions = RotaryPositions(
      dimensions: config.rotaryDimensions, theta: config.rotaryTheta,
      capacity: config.maximumTokens)
    try scope.finish()
  }
}
