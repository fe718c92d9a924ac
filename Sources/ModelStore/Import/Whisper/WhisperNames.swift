/// What others call the tensors of Whisper, and what Viseme calls them.
enum WhisperNames {
  /// A name of transformers' `WhisperForConditionalGeneration` (or `WhisperModel`, which has no "model.");
  /// nil for one that it has not.
  static func huggingFace(_ name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    if parts.first == "model" { parts.removeFirst() }
    return translated(
      parts, layers: "layers",
      whole: ["conv1": "conv1", "conv2": "conv2", "embed_positions": "embed_positions"],
      text: ["embed_tokens": "embed_tokens", "embed_positions": "embed_positions"],
      lastNorm: (encoder: "layer_norm", decoder: "layer_norm"),
      modules: [
        "self_attn_layer_norm": "input_layernorm", "self_attn.q_proj": "self_attn.q_proj",
        "self_attn.k_proj": "self_attn.k_proj", "self_attn.v_proj": "self_attn.v_proj",
        "self_attn.out_proj": "self_attn.o_proj",
        "encoder_attn_layer_norm": "post_attention_layernorm",
        "encoder_attn.q_proj": "encoder_attn.q_proj", "encoder_attn.k_proj": "encoder_attn.k_proj",
        "encoder_attn.v_proj": "encoder_attn.v_proj",
        "encoder_attn.out_proj": "encoder_attn.o_proj", "final_layer_norm": lastOfLayer,
        "fc1": "mlp.fc1", "fc2": "mlp.fc2",
      ])
  }

  /// A name of OpenAI's own network, which whisper.cpp has kept; nil for one that it has not.
  static func openAI(_ name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    if parts.last == "positional_embedding" { parts.append("weight") }
    return translated(
      parts, layers: "blocks",
      whole: ["conv1": "conv1", "conv2": "conv2", "positional_embedding": "embed_positions"],
      text: ["token_embedding": "embed_tokens", "positional_embedding": "embed_positions"],
      lastNorm: (encoder: "ln_post", decoder: "ln"),
      modules: [
        "attn_ln": "input_layernorm", "attn.query": "self_attn.q_proj",
        "attn.key": "self_attn.k_proj", "attn.value": "self_attn.v_proj",
        "attn.out": "self_attn.o_proj", "cross_attn_ln": "post_attention_layernorm",
        "cross_attn.query": "encoder_attn.q_proj", "cross_attn.key": "encoder_attn.k_proj",
        "cross_attn.value": "encoder_attn.v_proj", "cross_attn.out": "encoder_attn.o_proj",
        "mlp_ln": lastOfLayer, "mlp.0": "mlp.fc1", "mlp.2": "mlp.fc2",
      ])
  }

  /// Stands for the norm before a layer's feed-forward block, which has two names.
  private static let lastOfLayer = "*"

  /// `parts` are those of `encoder.LAYERS.N.MODULE.LEAF` or `encoder.MODULE.LEAF`.
  private static func translated(
    _ parts: [String], layers: String, whole: [String: String], text: [String: String],
    lastNorm: (encoder: String, decoder: String), modules: [String: String]
  ) -> String? {
    guard parts.count >= 3, let leaf = parts.last, leaf == "weight" || leaf == "bias",
      parts[0] == "encoder" || parts[0] == "decoder"
    else { return nil }
    let isEncoder = parts[0] == "encoder"
    let path = "model.\(parts[0])."
    if parts[1] == layers {
      guard parts.count >= 5, let layer = Int(parts[2]), layer >= 0,
        var module = modules[parts[3..<parts.count - 1].joined(separator: ".")]
      else { return nil }
      if module == lastOfLayer {
        module = isEncoder ? "post_attention_layernorm" : "final_layernorm"
      }
      return path + "layers.\(layer).\(module).\(leaf)"
    }
    let module = parts[1..<parts.count - 1].joined(separator: ".")
    if module == (isEncoder ? lastNorm.encoder : lastNorm.decoder) {
      return path + (isEncoder ? "layer_norm." : "norm.") + leaf
    }
    return (isEncoder ? whole : text)[module].map { path + $0 + "." + leaf }
  }
}
