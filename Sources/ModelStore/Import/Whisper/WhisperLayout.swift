/// The dimensions of a Whisper model, read off the shapes of its tensors, and the list of all its tensors
/// by the names that Viseme's encoder and decoder read.
struct WhisperLayout: Equatable {
  let bands: Int
  let hidden: Int
  let encoderLayers: Int
  let decoderLayers: Int
  let vocabulary: Int
  let maximumTokens: Int

  static let embedding = "model.decoder.embed_tokens.weight"
  private static let conv1 = "model.encoder.conv1.weight"
  private static let tokenPositions = "model.decoder.embed_positions.weight"
  /// Values of a head, in every size.
  static let headSize = 64
  private static let frames = 1500

  static let base = WhisperLayout(
    bands: 80, hidden: 512, encoderLayers: 6, decoderLayers: 6, vocabulary: 51865,
    maximumTokens: 448)
  static let englishTiny = WhisperLayout(
    bands: 80, hidden: 384, encoderLayers: 4, decoderLayers: 4, vocabulary: 51864,
    maximumTokens: 448)

  /// A model of these sizes.
  init(
    bands: Int, hidden: Int, encoderLayers: Int, decoderLayers: Int, vocabulary: Int,
    maximumTokens: Int
  ) {
    self.bands = bands
    self.hidden = hidden
    self.encoderLayers = encoderLayers
    self.decoderLayers = decoderLayers
    self.vocabulary = vocabulary
    self.maximumTokens = maximumTokens
  }

  /// What the manifest says of a model of these sizes.
  var description: ModelDescription {
    let languages = WhisperTokens(vocabulary: vocabulary).languages.map(\.code)
    return ModelDescription(
      family: .whisper, languages: languages.isEmpty ? ["en"] : languages,
      sizes: [
        "bands": bands, "width": hidden, "encoder_layers": encoderLayers,
        "decoder_layers": decoderLayers, "vocabulary": vocabulary,
      ])
  }

  /// Reads the dimensions from the shapes of the tensors that fix them.
  init(shapes: [String: [Int]]) throws(TensorFault) {
    guard let embedding = shapes[Self.embedding], let conv1 = shapes[Self.conv1],
      let positions = shapes[Self.tokenPositions]
    else {
      throw .missing(
        [Self.embedding, Self.conv1, Self.tokenPositions].filter { shapes[$0] == nil })
    }
    guard embedding.count == 2, WhisperTokens.vocabularies.contains(embedding[0]),
      embedding[1] > 0, embedding[1] % Self.headSize == 0, embedding[1] <= 32 * Self.headSize
    else { throw .shape(tensor: Self.embedding, expected: [51865, 512], found: embedding) }
    guard conv1.count == 3, [80, 128].contains(conv1[1]) else {
      throw .shape(tensor: Self.conv1, expected: [embedding[1], 80, 3], found: conv1)
    }
    guard positions.count == 2, 1...4096 ~= positions[0] else {
      throw .shape(tensor: Self.tokenPositions, expected: [448, embedding[1]], found: positions)
    }
    (vocabulary, hidden, bands) = (embedding[0], embedding[1], conv1[1])
    maximumTokens = positions[0]
    func layers(_ stack: String) -> Int {
      let prefix = "model.\(stack).layers."
      let numbers = shapes.keys.lazy.filter { $0.hasPrefix(prefix) }.compactMap {
        $0.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
      }
      // A gap in the numbers shows as a missing tensor later.
      return min((numbers.max() ?? -1), 999) + 1
    }
    (encoderLayers, decoderLayers) = (layers("encoder"), layers("decoder"))
  }

  var heads: Int { hidden / Self.headSize }

  /// Name in the store, as the sizes are called by their makers.
  var modelName: String {
    let size: String
    switch (hidden, encoderLayers, decoderLayers) {
    case (384, 4, 4): size = "tiny"
    case (512, 6, 6): size = "base"
    case (768, 12, 12): size = "small"
    case (1024, 24, 24): size = "medium"
    case (1280, 32, 32): size = bands == 128 ? "large-v3" : "large"
    case (1280, 32, 4): size = "large-v3-turbo"
    case (768, 12, _): size = "distil-small"
    case (1024, 24, _): size = "distil-medium"
    case (1280, 32, _): size = bands == 128 ? "distil-large-v3" : "distil-large"
    default: size = "\(hidden)-\(encoderLayers)-\(decoderLayers)"
    }
    return "whisper-" + size + (WhisperTokens(vocabulary: vocabulary).isMultilingual ? "" : "-en")
  }

  /// Every tensor with its shape, in the order in which a forward pass uses them.
  var tensors: TensorList {
    var list: TensorList = [
      (Self.conv1, [hidden, bands, 3]), ("model.encoder.conv1.bias", [hidden]),
      ("model.encoder.conv2.weight", [hidden, hidden, 3]),
      ("model.encoder.conv2.bias", [hidden]),
      ("model.encoder.embed_positions.weight", [Self.frames, hidden]),
    ]
    for layer in 0..<encoderLayers {
      let path = "model.encoder.layers.\(layer)."
      list += norm(path + "input_layernorm") + attention(path + "self_attn.")
      list += norm(path + "post_attention_layernorm") + feedForward(path + "mlp.")
    }
    list += norm("model.encoder.layer_norm")
    list.append((Self.embedding, [vocabulary, hidden]))
    list.append((Self.tokenPositions, [maximumTokens, hidden]))
    for layer in 0..<decoderLayers {
      let path = "model.decoder.layers.\(layer)."
      list += norm(path + "input_layernorm") + attention(path + "self_attn.")
      list += norm(path + "post_attention_layernorm") + attention(path + "encoder_attn.")
      list += norm(path + "final_layernorm") + feedForward(path + "mlp.")
    }
    return list + norm("model.decoder.norm")
  }

  private func norm(_ path: String) -> TensorList {
    [(path + ".weight", [hidden]), (path + ".bias", [hidden])]
  }

  /// Keys have no bias.
  private func attention(_ path: String) -> TensorList {
    ["q_proj", "k_proj", "v_proj", "o_proj"].flatMap { name -> TensorList in
      let weight = (name: "\(path)\(name).weight", shape: [hidden, hidden])
      return name == "k_proj" ? [weight] : [weight, ("\(path)\(name).bias", [hidden])]
    }
  }

  private func feedForward(_ path: String) -> TensorList {
    [
      (path + "fc1.weight", [4 * hidden, hidden]), (path + "fc1.bias", [4 * hidden]),
      (path + "fc2.weight", [hidden, 4 * hidden]), (path + "fc2.bias", [hidden]),
    ]
  }
}
