import Foundation
import NN

/// Finds Whisper in a folder as transformers keeps it: `model.safetensors`, or the parts that
/// `model.safetensors.index.json` names, with the tokenizer and `generation_config.json` beside it.
enum HuggingFaceWhisper {
  static let modelFile = "model.safetensors"
  static let indexFile = "model.safetensors.index.json"
  static let configFile = "config.json"
  static let generationFile = "generation_config.json"
  static let vocabularyFiles = ["vocab.json", "tokenizer.json"]
  /// A tensor that no other family has which Viseme reads.
  static let mark = "model.decoder.embed_positions.weight"
  private static let projection = "proj_out.weight"

  /// The tensors of `files` under the names that Viseme reads.
  static func source(_ files: [SafetensorsFile]) throws(TensorFault) -> WhisperSource {
    var source = WhisperSource()
    var unknown: [String] = []
    for file in files {
      for entry in file.entries where entry.name != projection {
        guard let name = WhisperNames.huggingFace(entry.name) else {
          unknown.append(entry.name)
          continue
        }
        try source.add(try tensor(entry, in: file), as: name)
      }
    }
    guard unknown.isEmpty else { throw .unknown(unknown.sorted()) }
    try checkProjection(files)
    try source.dropKeyBiases()
    return source
  }

  private static func tensor(
    _ entry: TensorEntry, in file: SafetensorsFile
  ) throws(TensorFault) -> SourceTensor {
    guard [.f32, .f16, .bf16].contains(entry.dtype) else {
      throw .type(tensor: entry.name, entry.dtype)
    }
    return SourceTensor(shape: entry.shape) {
      file.withBytes(of: entry) { bytes in
        switch entry.dtype {
        case .f16: bytes.floats(UInt16.self, HalfPrecision.widen)
        case .bf16: bytes.floats(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        default: bytes.floats(UInt32.self) { Float(bitPattern: $0) }
        }
      }
    }
  }

  /// Where the output projection is kept beside the embedding, the two must be the same.
  private static func checkProjection(_ files: [SafetensorsFile]) throws(TensorFault) {
    func find(_ names: [String]) -> (SafetensorsFile, TensorEntry)? {
      for file in files {
        for name in names { if let entry = file[name] { return (file, entry) } }
      }
      return nil
    }
    guard let (file, projection) = find([projection]) else { return }
    let embedding = find(["model.decoder.embed_tokens.weight", "decoder.embed_tokens.weight"])
    guard let (other, embedding) = embedding, embedding.dtype == projection.dtype,
      embedding.shape == projection.shape
    else { throw .notTied }
    let isSame = file.withBytes(of: projection) { one in
      other.withBytes(of: embedding) { two in
        one.count == two.count && (one.isEmpty || one.elementsEqual(two))
      }
    }
    guard isSame else { throw .notTied }
  }

  /// Names of the files that hold the tensors, in order; nil where the index is none, or leads elsewhere.
  static func parts(index: [UInt8]) -> [String]? {
    struct Index: Decodable { let weight_map: [String: String] }
    guard let index = try? JSONDecoder().decode(Index.self, from: Data(index)) else { return nil }
    let names = Set(index.weight_map.values)
    let areNames = names.allSatisfy {
      $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") && !$0.contains("/") && !$0.contains("\0")
    }
    return areNames && !names.isEmpty ? names.sorted() : nil
  }

  /// Whether `config.json` is one of Whisper.
  static func isWhisper(config: [UInt8]) -> Bool {
    struct Config: Decodable { let model_type: String }
    return (try? JSONDecoder().decode(Config.self, from: Data(config)))?.model_type == "whisper"
  }

  /// The tokens of `vocab.json` or `tokenizer.json` in GPT-2's alphabet, in the order of their numbers;
  /// nil where there are none, or two have one number.
  static func tokens(_ bytes: [UInt8], isTokenizer: Bool) -> [String]? {
    struct Tokenizer: Decodable {
      struct Model: Decodable { let vocab: [String: Int] }
      let model: Model
    }
    let decoder = JSONDecoder()
    let vocabulary =
      isTokenizer
      ? (try? decoder.decode(Tokenizer.self, from: Data(bytes)))?.model.vocab
      : try? decoder.decode([String: Int].self, from: Data(bytes))
    guard let vocabulary, !vocabulary.isEmpty else { return nil }
    let ordered = vocabulary.sorted { $0.value < $1.value }
    // Numbers without a gap; control tokens behind the text may be anywhere and are not needed.
    var tokens: [String] = []
    for (token, number) in ordered {
      guard number >= tokens.count else { return nil }
      guard number == tokens.count else { break }
      tokens.append(token)
    }
    return tokens
  }
}

extension UnsafeRawBufferPointer {
  /// Little-endian words as numbers.
  func floats<Word: FixedWidthInteger>(_ type: Word.Type, _ value: (Word) -> Float) -> [Float] {
    let size = MemoryLayout<Word>.size
    return [Float](unsafeUninitializedCapacity: count / size) { target, filled in
      for index in 0..<count / size {
        target[index] = value(
          Word(littleEndian: loadUnaligned(fromByteOffset: index * size, as: Word.self)))
      }
      filled = count / size
    }
  }
}
