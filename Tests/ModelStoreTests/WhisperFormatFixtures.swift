import Foundation
import NN

@testable import ModelStore

/// What a small Whisper holds, by the names that Viseme reads: the tensors of `WhisperFixture`.
func whisperSource() throws -> WhisperSource {
  try CTranslate2Whisper.source(CTranslate2File(Data(WhisperFixture().file)))
}

/// A Whisper as transformers keeps it.
struct TransformersFixture {
  var tensors: [TensorData]
  var config = "{\"model_type\": \"whisper\", \"d_model\": 64}"
  var generation = "{\"alignment_heads\": [[0, 0]]}"
  var vocabulary = "{" + (0..<50257).map { "\"t\($0)\": \($0)" }.joined(separator: ",") + "}"

  init(type: DType = .f32) throws {
    let source = try whisperSource()
    tensors = source.tensors.sorted { $0.key < $1.key }.map { name, tensor in
      let values = tensor.values()
      let bytes =
        type == .f32
        ? values.withUnsafeBytes { Array($0) }
        : words(values) { UInt16($0.bitPattern >> 16) }
      return TensorData(
        name: Self.name(of: name), dtype: type, shape: tensor.shape, bytes: bytes)
    }
  }

  /// The inverse of `WhisperNames.huggingFace`.
  static func name(of name: String) -> String {
    let isEncoder = name.hasPrefix("model.encoder")
    var other = name.replacing("mlp.", with: "").replacing("o_proj", with: "out_proj")
      .replacing("input_layernorm", with: "self_attn_layer_norm")
      .replacing("final_layernorm", with: "final_layer_norm")
      .replacing("decoder.norm", with: "decoder.layer_norm")
    other = other.replacing(
      "post_attention_layernorm", with: isEncoder ? "final_layer_norm" : "encoder_attn_layer_norm")
    return other
  }

  /// Writes the folder, its weights in so many parts.
  func write(to folder: URL, parts: Int = 1) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(config.utf8).write(to: folder.appending(path: "config.json"))
    try Data(generation.utf8).write(to: folder.appending(path: "generation_config.json"))
    try Data(vocabulary.utf8).write(to: folder.appending(path: "vocab.json"))
    if parts == 1 {
      let file = folder.appending(path: "model.safetensors")
      return try SafetensorsWriter.write(tensors, metadata: [:], to: file)
    }
    var map: [String: String] = [:]
    for part in 0..<parts {
      let name = "model-0000\(part + 1)-of-0000\(parts).safetensors"
      let members = tensors.enumerated().filter { $0.offset % parts == part }.map(\.element)
      for tensor in members { map[tensor.name] = name }
      try SafetensorsWriter.write(members, metadata: [:], to: folder.appending(path: name))
    }
    try JSONEncoder().encode(["weight_map": map])
      .write(to: folder.appending(path: "model.safetensors.index.json"))
  }
}

/// A Whisper as whisper.cpp keeps it.
struct GGMLFixture {
  struct Tensor {
    var name: String
    var shape: [Int]
    var type: Int32
    var bytes: [UInt8]
  }

  var magic: UInt32 = 0x6767_6D6C
  var bands: Int32 = 80
  var tokens = (0..<50256).map { Array("t\($0)".utf8) }
  var tensors: [Tensor] = []

  init() throws {
    let source = try whisperSource()
    for (name, tensor) in source.tensors.sorted(by: { $0.key < $1.key }) {
      let other = Self.name(of: name)
      let isColumn = other.hasPrefix("encoder.conv") && other.hasSuffix("bias")
      // Weights are halves there, all else is f32.
      let isHalf = tensor.shape.count > 1 && !other.hasSuffix("positional_embedding")
      let values = tensor.values()
      tensors.append(
        Tensor(
          name: other, shape: isColumn ? tensor.shape + [1] : tensor.shape, type: isHalf ? 1 : 0,
          bytes: isHalf ? words(values, half) : values.withUnsafeBytes { Array($0) }))
    }
  }

  /// The inverse of `WhisperNames.openAI`.
  static func name(of name: String) -> String {
    let isEncoder = name.hasPrefix("model.encoder")
    var other = String(name.dropFirst("model.".count)).replacing(".layers.", with: ".blocks.")
    let pairs = [
      ("embed_positions.weight", "positional_embedding"), ("embed_tokens", "token_embedding"),
      ("input_layernorm", "attn_ln"), ("self_attn.", "attn."), ("encoder_attn.", "cross_attn."),
      ("post_attention_layernorm", isEncoder ? "mlp_ln" : "cross_attn_ln"),
      ("final_layernorm", "mlp_ln"), ("q_proj", "query"), ("k_proj", "key"), ("v_proj", "value"),
      ("o_proj", "out"), ("mlp.fc1", "mlp.0"), ("mlp.fc2", "mlp.2"),
      ("encoder.layer_norm", "encoder.ln_post"), ("decoder.norm", "decoder.ln"),
    ]
    for (ours, theirs) in pairs { other = other.replacing(ours, with: theirs) }
    return other
  }

  var file: [UInt8] {
    var file = magic.bytes
    for number: Int32 in [51864, 1500, 64, 1, 1, 448, 64, 1, 1, bands, 1] {
      file += UInt32(bitPattern: number).bytes
    }
    file += UInt32(bands).bytes + UInt32(201).bytes
    file += [UInt8](repeating: 0, count: 4 * Int(bands) * 201)
    file += UInt32(tokens.count).bytes
    for token in tokens { file += UInt32(token.count).bytes + token }
    for tensor in tensors {
      file += UInt32(tensor.shape.count).bytes + UInt32(tensor.name.utf8.count).bytes
      file += UInt32(bitPattern: tensor.type).bytes
      file += tensor.shape.reversed().flatMap { UInt32($0).bytes } + Array(tensor.name.utf8)
      file += tensor.bytes
    }
    return file
  }
}

/// A number that has a half without a remainder, as one.
private func half(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  if bits & 0x7FFF_FFFF == 0 { return UInt16(bits >> 16) }
  let exponent = UInt16(Int((bits >> 23) & 0xFF) - 112)
  return UInt16(bits >> 16) & 0x8000 | exponent << 10 | UInt16((bits >> 13) & 0x3FF)
}

/// Two bytes for each number; those of the embedding, which are many, are all the same.
private func words(_ values: [Float], _ word: (Float) -> UInt16) -> [UInt8] {
  let isLarge = values.count > 1 << 20
  let words =
    isLarge ? Array(repeating: word(values[0]), count: values.count) : values.map(word)
  return words.withUnsafeBytes { Array($0) }
}
