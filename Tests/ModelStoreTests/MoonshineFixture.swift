@testable import ModelStore

/// A Moonshine of the smallest size as two `.ort` files: hidden size 8, one layer each, 5 tokens.
struct MoonshineFixture {
  typealias Value = FlatBufferBuilder.Value

  static let hidden = 8
  static let vocabulary = 5
  static let inner = 16
  /// Five entries: lengths 1, 2, 0, 1, 3.
  static let tokenizer: [UInt8] = [1, 65, 2, 66, 67, 0, 1, 68, 3, 69, 70, 71]

  private(set) var encoderTensors: [[Int: Value]] = []
  private(set) var encoderNodes: [[Int: Value]] = []
  private(set) var decoderTensors: [[Int: Value]] = []
  private(set) var decoderNodes: [[Int: Value]] = []
  /// Nodes of a second branch of the decoder's conditional, when there is one.
  var otherBranch: [[Int: Value]]?

  /// The bytes of the weight called `name`: `(row * 7 + column * 3 + number) % 256`.
  static func element(_ row: Int, _ column: Int, number: Int) -> UInt8 {
    UInt8((row * 7 + column * 3 + number) % 256)
  }

  /// Unless `projection` is 0, the output projection differs from the embedding.
  init(projection: Int = 0) {
    let (h, inner) = (Self.hidden, Self.inner)
    addEncoder(conv: "conv1", shape: [h, 1, 127], bias: false)
    addEncoder(conv: "conv2", shape: [2 * h, h, 7], bias: true)
    addEncoder(conv: "conv3", shape: [h, 2 * h, 3], bias: true)
    for (operation, name) in [("Mul", "onnx::Mul_1"), ("Add", "onnx::Add_2")] {
      encoderTensors.append(Self.floats(name, [h, 1], start: 3))
      encoderNodes.append(
        Self.node("/groupnorm/\(operation)", operation, ["x", name], ["y"]))
    }
    let layer = "/layers.0/"
    encoderNodes += Self.norm(layer + "input_layernorm", &encoderTensors)
    encoderNodes += Self.attention(layer + "self_attn", &encoderTensors)
    encoderNodes += Self.norm(layer + "post_attention_layernorm", &encoderTensors)
    encoderNodes += Self.product(layer + "mlp/fc1", h, inner, bias: true, &encoderTensors)
    encoderNodes += Self.product(layer + "mlp/fc2", inner, h, bias: true, &encoderTensors)
    encoderTensors.append(Self.floats("layer_norm.weight", [h], start: 9))
    encoderNodes.append(
      Self.node("fused", "SkipLayerNormalization", ["x", "y", "layer_norm.weight", "beta"], ["z"]))
    addDecoder(projection: projection)
  }

  private mutating func addDecoder(projection: Int) {
    let (h, inner) = (Self.hidden, Self.inner)
    decoderTensors += Self.bytes("embed", [Self.vocabulary, h], number: 0) { $0 }
    decoderNodes += [
      Self.node("/model/decoder/embed_tokens/Gather", "Gather", ["embed", "ids"], ["g"]),
      Self.node(
        "/model/decoder/embed_tokens/D", "DequantizeLinear", ["g", "embed_scale", "embed_zero"],
        ["e"]),
    ]
    let layer = "/model/decoder/layers.0/"
    for norm in ["input_layernorm", "post_attention_layernorm", "final_layernorm"] {
      decoderNodes += Self.norm(layer + norm, &decoderTensors)
    }
    decoderNodes += Self.attention(layer + "self_attn", &decoderTensors)
    decoderNodes += Self.attention(layer + "encoder_attn", &decoderTensors)
    decoderNodes += Self.product(layer + "mlp/fc1", h, 2 * inner, bias: true, &decoderTensors)
    decoderNodes += Self.product(layer + "mlp/fc2", inner, h, bias: true, &decoderTensors)
    decoderNodes += Self.norm("/model/decoder/norm", &decoderTensors)
    // The transpose of the embedding: row and column change places.
    decoderTensors += Self.bytes("proj", [h, Self.vocabulary], number: projection) {
      ($0.1, $0.0)
    }
    decoderNodes.append(
      Self.node(
        "/proj_out/M", "DynamicQuantizeMatMul", ["x", "proj", "proj_scale", "proj_zero", ""],
        ["logits"]))
  }

  var encoder: [UInt8] { Self.file(tensors: encoderTensors, nodes: encoderNodes) }

  var decoder: [UInt8] {
    var attributes: [[Int: Value]] = [
      [4: .string("else_branch"), 18: .table([8: .tables(decoderNodes)])]
    ]
    if let otherBranch {
      attributes.append([4: .string("then_branch"), 18: .table([8: .tables(otherBranch)])])
    }
    let conditional: [Int: Value] = [
      4: .string("if"), 14: .string("If"), 24: .tables(attributes),
    ]
    return Self.file(tensors: decoderTensors, nodes: [conditional])
  }

  mutating func addDecoderTensor(_ tensor: [Int: Value]) { decoderTensors.append(tensor) }
  mutating func addEncoderTensor(_ tensor: [Int: Value]) { encoderTensors.append(tensor) }
  mutating func dropLastDecoderNode() { decoderNodes.removeLast() }

  private static func file(tensors: [[Int: Value]], nodes: [[Int: Value]]) -> [UInt8] {
    let graph: [Int: Value] = [4: .tables(tensors), 8: .tables(nodes)]
    return FlatBufferBuilder(
      identifier: "ORTM", root: [4: .string("6"), 6: .table([18: .table(graph)])]
    ).bytes
  }

  static func node(
    _ name: String, _ operation: String, _ inputs: [String], _ outputs: [String]
  ) -> [Int: Value] {
    [
      4: .string(name), 14: .string(operation), 20: .strings(inputs), 22: .strings(outputs),
    ]
  }

  static func tensor(_ name: String, type: Int32, shape: [Int], data: [UInt8]) -> [Int: Value] {
    [
      4: .string(name), 8: .integers(shape.map(Int64.init)), 10: .scalar(type.bytes),
      12: .bytes(data),
    ]
  }

  /// Floats `start`, `start + 1`, ...
  static func floats(_ name: String, _ shape: [Int], start: Float) -> [Int: Value] {
    let values = (0..<shape.reduce(1, *)).map { start + Float($0) }
    return tensor(name, type: 1, shape: shape, data: values.flatMap { $0.bitPattern.bytes })
  }

  /// A byte matrix with its scale 0.5 and zero point 3; `place` maps where an element is stored
  /// to its (row, column) of `element`.
  private static func bytes(
    _ name: String, _ shape: [Int], number: Int, place: ((Int, Int)) -> (Int, Int)
  ) -> [[Int: Value]] {
    var data: [UInt8] = []
    for row in 0..<shape[0] {
      for column in 0..<shape[1] {
        let (row, column) = place((row, column))
        data.append(element(row, column, number: number))
      }
    }
    return [
      tensor(name, type: 2, shape: shape, data: data),
      tensor(name + "_scale", type: 1, shape: [], data: (0.5 as Float).bitPattern.bytes),
      tensor(name + "_zero", type: 2, shape: [], data: [3]),
    ]
  }

  private static func norm(_ path: String, _ tensors: inout [[Int: Value]]) -> [[Int: Value]] {
    let name = "w\(tensors.count)"
    tensors.append(floats(name, [hidden], start: Float(tensors.count)))
    return [node(path + "/LayerNormalization", "LayerNormalization", ["x", name, "zero"], ["y"])]
  }

  private static func attention(
    _ path: String, _ tensors: inout [[Int: Value]]
  ) -> [[Int: Value]] {
    ["q_proj", "k_proj", "v_proj", "o_proj"].flatMap { name in
      product("\(path)/\(name)", hidden, hidden, bias: false, &tensors)
    }
  }

  /// Of both kinds in turn; stored [in, out].
  private static func product(
    _ path: String, _ inputs: Int, _ outputs: Int, bias: Bool, _ tensors: inout [[Int: Value]]
  ) -> [[Int: Value]] {
    let number = tensors.count
    let name = "onnx::MatMul_\(number)"
    tensors += bytes(name, [inputs, outputs], number: number) { ($0.1, $0.0) }
    var biasName = ""
    if bias {
      biasName = path + ".b"
      tensors.append(floats(biasName, [outputs], start: Float(number)))
    }
    if number.isMultiple(of: 2) {
      let names = ["x", name, name + "_scale", name + "_zero", biasName]
      return [node(path + "/MatMul_quant", "DynamicQuantizeMatMul", names, ["y"])]
    }
    let names = ["x", name, "x_scale", name + "_scale", "x_zero", name + "_zero", biasName]
    return [node(path + "/MatMul_quant", "MatMulIntegerToFloat", names, ["y"])]
  }

  /// Weights on the grid of scale 2 / 255 and zero point 128 or so, ends included.
  private mutating func addEncoder(conv name: String, shape: [Int], bias: Bool) {
    let scale: Float = 0.0078125
    let values = (0..<shape.reduce(1, *)).map { (Float($0 % 256) - 100) * scale }
    encoderTensors.append(
      Self.tensor(
        name + ".w", type: 1, shape: shape, data: values.flatMap { $0.bitPattern.bytes }))
    if bias { encoderTensors.append(Self.floats(name + ".bias", [shape[0]], start: 1)) }
    encoderNodes.append(
      Self.node(
        "/\(name)/Conv", bias ? "Conv" : "FusedConv",
        ["x", name + ".w"] + (bias ? [name + ".bias"] : []), ["y"]))
  }
}
