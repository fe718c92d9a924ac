import NN

/// The parameters of a layer of a transformer encoder that normalises first, under the names that both
/// families' files give them.
struct EncoderLayer: Sendable {
  let inputNorm: LayerNorm
  /// The three projections, joined: one product reads the input once.
  let queriesKeysValues: Linear
  let o: Linear
  let postAttentionNorm: LayerNorm
  let fc1: Linear
  let fc2: Linear

  /// Loads the layer at `scope`. With `hasBias` norms and attention have one, too, but for the keys.
  init(
    _ scope: WeightScope, hidden: Int, intermediate: Int, hasBias: Bool
  ) throws(WeightError) {
    let attention = scope["self_attn"]
    inputNorm = try LayerNorm(scope["input_layernorm"], size: hidden, hasBias: hasBias)
    queriesKeysValues = try Linear(
      joining: ["q_proj", "k_proj", "v_proj"].map { attention[$0] }, inputs: hidden,
      outputs: hidden, withBias: hasBias ? [0, 2] : [])
    o = try Linear(attention["o_proj"], inputs: hidden, outputs: hidden, hasBias: hasBias)
    postAttentionNorm = try LayerNorm(
      scope["post_attention_layernorm"], size: hidden, hasBias: hasBias)
    fc1 = try Linear(scope["mlp.fc1"], inputs: hidden, outputs: intermediate, hasBias: true)
    fc2 = try Linear(scope["mlp.fc2"], inputs: intermediate, outputs: hidden, hasBias: true)
  }
}
