import Foundation
import ModelStore
import NN

/// A Moonshine model of random weights, small enough for every test run: width 16, two layers of
/// two heads, 40 tokens. Linear weights are 8-bit as in a real file.
package struct TinyModel {
  /// Width of an embedding.
  package static let hidden = 16
  package static let layers = 2
  package static let heads = 2
  package static let intermediate = 24
  package static let vocabulary = 40
  package static let rotaryDimensions = 6

  /// By name; a test may change them before `write`.
  package var tensors: [String: TensorData] = [:]
  private var generator: SeededGenerator

  /// The same weights for the same seed.
  package init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    addEncoder()
    addDecoder()
  }

  /// Writes the model to a new file in the temporary folder and calls `body` with its root scope.
  package func withScope<Result>(_ body: (WeightScope) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "viseme-tiny-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let sorted = tensors.values.sorted { $0.name < $1.name }
    try SafetensorsWriter.write(sorted, metadata: [:], to: url)
    return try body(WeightScope(contentsOf: url))
  }

  private mutating func addEncoder() {
    let (hidden, root) = (Self.hidden, "model.encoder")
    addWeight("\(root).conv1.weight", [hidden, 1, 127])
    addFloats("\(root).groupnorm.weight", hidden, around: 1)
    addFloats("\(root).groupnorm.bias", hidden, around: 0)
    addWeight("\(root).conv2.weight", [2 * hidden, hidden, 7])
    addFloats("\(root).conv2.bias", 2 * hidden, around: 0)
    addWeight("\(root).conv3.weight", [hidden, 2 * hidden, 3])
    addFloats("\(root).conv3.bias", hidden, around: 0)
    for layer in 0..<Self.layers {
      let name = "\(root).layers.\(layer)"
      addAttention("\(name).self_attn")
      addFeedForward("\(name).mlp", inner: Self.intermediate)
      for norm in ["input_layernorm", "post_attention_layernorm"] {
        addFloats("\(name).\(norm).weight", hidden, around: 1)
      }
    }
    addFloats("\(root).layer_norm.weight", hidden, around: 1)
  }

  private mutating func addDecoder() {
    let (hidden, root) = (Self.hidden, "model.decoder")
    addWeight("\(root).embed_tokens.weight", [Self.vocabulary, hidden])
    for layer in 0..<Self.layers {
      let name = "\(root).layers.\(layer)"
      addAttention("\(name).self_attn")
      addAttention("\(name).encoder_attn")
      addFeedForward("\(name).mlp", inner: 2 * Self.intermediate)
      for norm in ["input_layernorm", "post_attention_layernorm", "final_layernorm"] {
        addFloats("\(name).\(norm).weight", hidden, around: 1)
      }
    }
    addFloats("\(root).norm.weight", hidden, around: 1)
  }

  private mutating func addAttention(_ name: String) {
    for projection in ["q_proj", "k_proj", "v_proj", "o_proj"] {
      addWeight("\(name).\(projection).weight", [Self.hidden, Self.hidden])
    }
  }

  private mutating func addFeedForward(_ name: String, inner: Int) {
    addWeight("\(name).fc1.weight", [inner, Self.hidden])
    addFloats("\(name).fc1.bias", inner, around: 0)
    addWeight("\(name).fc2.weight", [Self.hidden, Self.intermediate])
    addFloats("\(name).fc2.bias", Self.hidden, around: 0)
  }

  /// 8-bit values whose spread shrinks with the number of inputs.
  private mutating func addWeight(_ name: String, _ shape: [Int]) {
    let inputs = shape.dropFirst().reduce(1, *)
    let bytes = (0..<shape.reduce(1, *)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let scale = 3 / (128 * Float(inputs).squareRoot())
    for tensor in TensorData.quantized(
      name: name, shape: shape, bytes: bytes, scale: scale, zeroPoint: 121)
    {
      tensors[tensor.name] = tensor
    }
  }

  private mutating func addFloats(_ name: String, _ count: Int, around centre: Float) {
    let values = (0..<count).map { _ in centre + Float.random(in: -0.3...0.3, using: &generator) }
    tensors[name] = TensorData(name: name, shape: [count], floats: values)
  }
}

/// SplitMix64: the same numbers on every run.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// A generator at its start.
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

extension TinyModel {
  /// The error with which `load` refuses a model that `change` has spoilt; nil when it takes it.
  package static func failure(
    _ change: (inout TinyModel) -> Void, loading load: (TinyModel) throws -> Void
  ) throws -> WeightError? {
    var model = TinyModel(seed: 3)
    change(&model)
    do {
      try load(model)
      return nil
    } catch let error as WeightError {
      return error
    }
  }
}
