import Foundation
import NN

/// Finds the weights of Whisper in a file of CTranslate2.
enum CTranslate2Whisper {
  static let modelFile = "model.bin"
  static let configFile = "config.json"
  static let vocabularyFiles = ["vocabulary.json", "vocabulary.txt"]

  /// The tensors under the names that Viseme reads. Scalars describe the network and are left out.
  static func source(_ file: CTranslate2File) throws(TensorFault) -> WhisperSource {
    var source = WhisperSource()
    var unknown: [String] = []
    for (name, variable) in file.variables where !variable.shape.isEmpty {
      if name.hasSuffix("_scale") || name == "decoder/projection/weight" { continue }
      let tensor = try tensor(variable, scale: file.variables[name + "_scale"], name, in: file)
      let names = Self.names(for: name)
      if names.isEmpty { unknown.append(name) }
      if names.count == 1 { try source.add(tensor, as: names[0]) }
      if names.count > 1 { try source.add(tensor, splitAs: names) }
    }
    guard unknown.isEmpty else { throw .unknown(unknown.sorted()) }
    try source.dropKeyBiases()
    return source
  }

  private static func tensor(
    _ variable: CTranslate2File.Variable, scale: CTranslate2File.Variable?, _ name: String,
    in file: CTranslate2File
  ) throws(TensorFault) -> SourceTensor {
    let data = file.data
    switch variable.type {
    case .float32:
      return SourceTensor(shape: variable.shape) { data.floats(in: variable.bytes) }
    case .float16:
      return SourceTensor(shape: variable.shape) { data.halves(in: variable.bytes) }
    case .bfloat16:
      return SourceTensor(shape: variable.shape) { data.brains(in: variable.bytes) }
    case .int8:
      guard let scale, scale.type == .float32, scale.shape == [variable.shape[0]] else {
        throw .missing([name + "_scale"])
      }
      return SourceTensor(shape: variable.shape) {
        data.bytes(in: variable.bytes, dividedBy: data.floats(in: scale.bytes))
      }
    case .int16, .int32: throw .type(tensor: name, .i16)
    }
  }

  /// Names that Viseme reads for a variable; several where it holds joined projections.
  private static func names(for name: String) -> [String] {
    var parts = name.split(separator: "/").map(String.init)
    guard parts.count >= 3,
      let leaf = [
        "gamma": "weight", "beta": "bias", "weight": "weight",
        "bias": "bias", "encodings": "weight",
      ][parts.removeLast()]
    else { return [] }
    let stack = parts.removeFirst()
    guard stack == "encoder" || stack == "decoder" else { return [] }
    let isEncoder = stack == "encoder"
    var path = "model.\(stack)."
    if let first = parts.first, first.hasPrefix("layer_"), let layer = Int(first.dropFirst(6)) {
      path += "layers.\(layer)."
      parts.removeFirst()
    }
    let modules = Self.modules(parts.joined(separator: "/"), isEncoder: isEncoder)
    return modules.map { path + $0 + "." + leaf }
  }

  private static func modules(_ path: String, isEncoder: Bool) -> [String] {
    switch path {
    case "conv1", "conv2": [path]
    case "embeddings": ["embed_tokens"]
    case "position_encodings": ["embed_positions"]
    case "layer_norm": [isEncoder ? "layer_norm" : "norm"]
    case "self_attention/layer_norm": ["input_layernorm"]
    case "self_attention/linear_0": ["q_proj", "k_proj", "v_proj"].map { "self_attn." + $0 }
    case "self_attention/linear_1": ["self_attn.o_proj"]
    case "attention/layer_norm": ["post_attention_layernorm"]
    case "attention/linear_0": ["encoder_attn.q_proj"]
    case "attention/linear_1": ["encoder_attn.k_proj", "encoder_attn.v_proj"]
    case "attention/linear_2": ["encoder_attn.o_proj"]
    case "ffn/layer_norm": [isEncoder ? "post_attention_layernorm" : "final_layernorm"]
    case "ffn/linear_0": ["mlp.fc1"]
    case "ffn/linear_1": ["mlp.fc2"]
    default: []
    }
  }

  /// The tokens of `vocabulary.json`, a list, or `vocabulary.txt`, one a line.
  static func tokens(_ bytes: [UInt8], isJSON: Bool) -> [String]? {
    if isJSON { return try? JSONDecoder().decode([String].self, from: Data(bytes)) }
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Layer and head of those that follow speech, in `config.json`.
  static func alignmentHeads(_ config: [UInt8]) -> [[Int]]? {
    struct Config: Decodable { let alignment_heads: [[Int]]? }
    guard let config = try? JSONDecoder().decode(Config.self, from: Data(config)) else {
      return nil
    }
    return config.alignment_heads ?? []
  }
}

extension Data {
  /// F32 elements.
  func floats(in range: Range<Int>) -> [Float] {
    numbers(in: range, UInt32.self) { Float(bitPattern: $0) }
  }

  /// F16 elements, widened.
  func halves(in range: Range<Int>) -> [Float] {
    numbers(in: range, UInt16.self, HalfPrecision.widen)
  }

  /// BF16 elements, widened.
  func brains(in range: Range<Int>) -> [Float] {
    numbers(in: range, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
  }

  /// Signed bytes `[rows, ...]`, each row divided by its factor.
  func bytes(in range: Range<Int>, dividedBy factors: [Float]) -> [Float] {
    let size = Swift.max(range.count / Swift.max(factors.count, 1), 1)
    return self[range].enumerated().map { Float(Int8(bitPattern: $1)) / factors[$0 / size] }
  }

  @inline(__always)
  private func numbers<Word: FixedWidthInteger>(
    in range: Range<Int>, _ type: Word.Type, _ value: (Word) -> Float
  ) -> [Float] {
    withUnsafeBytes { bytes in
      let count = range.count / MemoryLayout<Word>.size
      return [Float](unsafeUninitializedCapacity: count) { target, filled in
        for index in 0..<count {
          let word = bytes.loadUnaligned(
            fromByteOffset: range.lowerBound + index * MemoryLayout<Word>.size, as: Word.self)
          target[index] = value(Word(littleEndian: word))
        }
        filled = count
      }
    }
  }
}
