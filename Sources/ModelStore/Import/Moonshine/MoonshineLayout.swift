/// The dimensions of a Moonshine model, read off the shapes of its tensors, and the list of all
/// its tensors by their canonical (Hugging Face) names.
package struct MoonshineLayout: Sendable, Hashable {
  /// Width of an embedding.
  package let hiddenSize: Int
  /// Number of tokens.
  package let vocabularySize: Int
  package let encoderLayers: Int
  package let decoderLayers: Int
  /// Width inside the feed-forward blocks.
  package let intermediateSize: Int

  package static let tiny = MoonshineLayout(
    hiddenSize: 288, vocabularySize: 32_768, encoderLayers: 6, decoderLayers: 6,
    intermediateSize: 1152)
  package static let base = MoonshineLayout(
    hiddenSize: 416, vocabularySize: 32_768, encoderLayers: 8, decoderLayers: 8,
    intermediateSize: 1664)

  private init(
    hiddenSize: Int, vocabularySize: Int, encoderLayers: Int, decoderLayers: Int,
    intermediateSize: Int
  ) {
    self.hiddenSize = hiddenSize
    self.vocabularySize = vocabularySize
    self.encoderLayers = encoderLayers
    self.decoderLayers = decoderLayers
    self.intermediateSize = intermediateSize
  }

  static let embedding = "model.decoder.embed_tokens.weight"
  /// The output projection, which shares the embedding's weights and is not stored.
  static let tiedProjection = "proj_out.weight"

  /// Reads the dimensions from the shapes of the tensors that fix them.
  init(shapes: [String: [Int]]) throws(TensorFault) {
    let fc1 = "model.encoder.layers.0.mlp.fc1.weight"
    guard let embedding = shapes[Self.embedding], let inner = shapes[fc1] else {
      throw .missing([Self.embedding, fc1].filter { shapes[$0] == nil })
    }
    guard embedding.count == 2 else {
      throw .shape(
        tensor: Self.embedding, expected: [Self.tiny.vocabularySize, Self.tiny.hiddenSize],
        found: embedding)
    }
    guard inner.count == 2 else {
      throw .shape(tensor: fc1, expected: [4 * embedding[1], embedding[1]], found: inner)
    }
    (vocabularySize, hiddenSize, intermediateSize) = (embedding[0], embedding[1], inner[0])
    func layers(_ stack: String) -> Int {
      let prefix = "model.\(stack).layers."
      let numbers = shapes.keys.lazy.filter { $0.hasPrefix(prefix) }.compactMap {
        $0.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
      }
      // A gap in the numbers shows as a missing tensor later.
      return min((numbers.max() ?? -1) + 1, 1000)
    }
    (encoderLayers, decoderLayers) = (layers("encoder"), layers("decoder"))
  }

  /// The sizes that a manifest tells; nil where they are not those of a model that can be loaded: tiny's or
  /// base's, with any vocabulary. (The number of heads is not to be seen in a file, and theirs is 8.)
  package init?(sizes: [String: Int]) {
    guard let vocabulary = sizes["vocabulary"], vocabulary > 2, vocabulary <= 1 << 20,
      let known = [Self.tiny, Self.base].first(where: {
        var own = $0.sizes
        own["vocabulary"] = vocabulary
        return own == sizes
      })
    else { return nil }
    self.init(
      hiddenSize: known.hiddenSize, vocabularySize: vocabulary,
      encoderLayers: known.encoderLayers, decoderLayers: known.decoderLayers,
      intermediateSize: known.intermediateSize)
  }

  /// The sizes by the names that a manifest has for them.
  package var sizes: [String: Int] {
    [
      "width": hiddenSize, "vocabulary": vocabularySize, "encoder_layers": encoderLayers,
      "decoder_layers": decoderLayers, "inner_width": intermediateSize,
    ]
  }

  /// What the manifest says of a model of these sizes.
  func description(languages: [String]) -> ModelDescription {
    ModelDescription(family: .moonshine, languages: languages, sizes: sizes)
  }

  /// Every tensor with its shape, in the order in which a forward pass uses them.
  package var tensors: [(name: String, shape: [Int])] {
    let hidden = hiddenSize
    var result: [(name: String, shape: [Int])] = [
      ("model.encoder.conv1.weight", [hidden, 1, 127]),
      ("model.encoder.groupnorm.weight", [hidden]),
      ("model.encoder.groupnorm.bias", [hidden]),
      ("model.encoder.conv2.weight", [2 * hidden, hidden, 7]),
      ("model.encoder.conv2.bias", [2 * hidden]),
      ("model.encoder.conv3.weight", [hidden, 2 * hidden, 3]),
      ("model.encoder.conv3.bias", [hidden]),
    ]
    for layer in 0..<encoderLayers {
      let path = "model.encoder.layers.\(layer)."
      result.append((path + "input_layernorm.weight", [hidden]))
      result += attention(path + "self_attn.")
      result.append((path + "post_attention_layernorm.weight", [hidden]))
      result += feedForward(path + "mlp.", inner: intermediateSize)
    }
    result.append(("model.encoder.layer_norm.weight", [hidden]))
    result.append((Self.embedding, [vocabularySize, hidden]))
    for layer in 0..<decoderLayers {
      let path = "model.decoder.layers.\(layer)."
      result.append((path + "input_layernorm.weight", [hidden]))
      result += attention(path + "self_attn.")
      result.append((path + "post_attention_layernorm.weight", [hidden]))
      result += attention(path + "encoder_attn.")
      result.append((path + "final_layernorm.weight", [hidden]))
      // The first half of fc1 is the value, the second the gate.
      result += feedForward(path + "mlp.", inner: 2 * intermediateSize)
    }
    result.append(("model.decoder.norm.weight", [hidden]))
    return result
  }

  private func attention(_ path: String) -> [(name: String, shape: [Int])] {
    ["q_proj", "k_proj", "v_proj", "o_proj"].map {
      ("\(path)\($0).weight", [hiddenSize, hiddenSize])
    }
  }

  private func feedForward(_ path: String, inner: Int) -> [(name: String, shape: [Int])] {
    [
      (path + "fc1.weight", [inner, hiddenSize]), (path + "fc1.bias", [inner]),
      (path + "fc2.weight", [hiddenSize, intermediateSize]), (path + "fc2.bias", [hiddenSize]),
    ]
  }
}
