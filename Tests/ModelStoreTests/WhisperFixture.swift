@testable import ModelStore

/// A Whisper model of one layer each and a width of 64, with small random weights, as CTranslate2 keeps it.
struct WhisperFixture {
  struct Variable {
    var name: String
    var shape: [Int]
    var type: UInt8
    var bytes: [UInt8]
  }

  static let width = 64
  static let vocabulary = 51864
  var variables: [Variable] = []
  var aliases = [("decoder/projection/weight", "decoder/embeddings/weight")]

  init() {
    let d = Self.width
    var generator = SeededGenerator(state: 7)
    func add(_ name: String, _ shape: [Int], value: UInt16? = nil) {
      let count = shape.reduce(1, *)
      // Halves from 1/64 up to 1/32, of either sign.
      let words =
        value.map { Array(repeating: $0, count: count) }
        ?? (0..<count).map { _ -> UInt16 in
          let word = UInt16.random(in: 0...0x3FF, using: &generator) | 0x2400
          return Bool.random(using: &generator) ? word | 0x8000 : word
        }
      let bytes = words.withUnsafeBytes { Array($0) }
      variables.append(Variable(name: name, shape: shape, type: 4, bytes: bytes))
    }
    func norm(_ path: String) {
      add(path + "/layer_norm/gamma", [d])
      add(path + "/layer_norm/beta", [d])
    }
    func linear(_ path: String, _ rows: Int, _ columns: Int, zeroBias: Range<Int>? = nil) {
      add(path + "/weight", [rows, columns])
      add(path + "/bias", [rows])
      guard let zeroBias else { return }
      for row in zeroBias {
        variables[variables.count - 1].bytes.replaceSubrange(2 * row..<2 * row + 2, with: [0, 0])
      }
    }
    add("encoder/conv1/weight", [d, 80, 3])
    add("encoder/conv1/bias", [d])
    add("encoder/conv2/weight", [d, d, 3])
    add("encoder/conv2/bias", [d])
    add("encoder/position_encodings/encodings", [1500, d])
    for stack in ["encoder", "decoder"] {
      let path = "\(stack)/layer_0"
      norm(path + "/self_attention")
      linear(path + "/self_attention/linear_0", 3 * d, d, zeroBias: d..<2 * d)
      linear(path + "/self_attention/linear_1", d, d)
      if stack == "decoder" {
        norm(path + "/attention")
        linear(path + "/attention/linear_0", d, d)
        linear(path + "/attention/linear_1", 2 * d, d, zeroBias: 0..<d)
        linear(path + "/attention/linear_2", d, d)
      }
      norm(path + "/ffn")
      linear(path + "/ffn/linear_0", 4 * d, d)
      linear(path + "/ffn/linear_1", d, 4 * d)
      norm(stack)
    }
    add("decoder/embeddings/weight", [Self.vocabulary, d], value: 0x2C00)
    add("decoder/position_encodings/encodings", [448, d])
    variables.append(Variable(name: "decoder/activation", shape: [], type: 1, bytes: [3]))
  }

  /// `model.bin`.
  var file: [UInt8] {
    var file = UInt32(6).bytes + text("WhisperSpec") + UInt32(3).bytes
    file += UInt32(variables.count).bytes
    for variable in variables {
      file += text(variable.name) + [UInt8(variable.shape.count)]
      file += variable.shape.flatMap { UInt32($0).bytes } + [variable.type]
      file += UInt32(variable.bytes.count).bytes + variable.bytes
    }
    file += UInt32(aliases.count).bytes
    for (alias, name) in aliases { file += text(alias) + text(name) }
    return file
  }

  private func text(_ text: String) -> [UInt8] {
    UInt16(text.utf8.count + 1).bytes + Array(text.utf8) + [0]
  }

  subscript(_ name: String) -> Variable? {
    get { variables.first { $0.name == name } }
    set {
      guard let index = variables.firstIndex(where: { $0.name == name }) else { return }
      if let newValue { variables[index] = newValue } else { variables.remove(at: index) }
    }
  }
}
