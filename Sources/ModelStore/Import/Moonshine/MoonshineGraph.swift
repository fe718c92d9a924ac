/// Finds the weights of Moonshine in the graphs of its two `.ort` files.
///
/// Most initializers are called after the number of an operation in the exporter, but the nodes
/// that use them keep the path of the layer they were traced from: node
/// `/layers.0/self_attn/q_proj/MatMul_quant` of the encoder reads the weight whose canonical name
/// is `model.encoder.layers.0.self_attn.q_proj.weight`. So the names come from the nodes.
struct MoonshineGraph {
  /// Where a weight lies, and how it is stored.
  enum Weight: Equatable {
    case float(initializer: String)
    /// `isTransposed`: stored as [in, out], the right-hand side of a product.
    case quantized(initializer: String, scale: String, zeroPoint: String, isTransposed: Bool)

    /// The initializer's name.
    var initializer: String {
      switch self {
      case .float(let initializer), .quantized(let initializer, _, _, _): initializer
      }
    }
  }

  let model: OrtModel
  private let prefix: String
  /// By canonical name.
  private(set) var weights: [String: Weight] = [:]

  /// Walks the graph of `model`, the paths of whose nodes lie below `prefix`.
  init(_ model: OrtModel, prefix: String) throws(TensorFault) {
    self.model = model
    self.prefix = prefix
    try visit(model.graph)
    let unused = unusedWeights(in: model.graph)
    guard unused.isEmpty else { throw .unknown(unused) }
  }

  private mutating func visit(_ graph: OrtGraph) throws(TensorFault) {
    let consumers = Dictionary(
      graph.nodes.flatMap { node in node.inputs.map { ($0, node) } }, uniquingKeysWith: { $1 })
    for node in graph.nodes {
      try visit(node, consumers: consumers)
    }
    for branch in graph.branches { try visit(branch) }
  }

  private mutating func visit(
    _ node: OrtNode, consumers: [String: OrtNode]
  ) throws(TensorFault) {
    func input(_ index: Int) -> String {
      index < node.inputs.count ? node.inputs[index] : ""
    }
    let path = Self.modulePath(of: node)
    switch node.operation {
    case "MatMulIntegerToFloat":  // a, b, a's scale, b's scale, a's zero point, b's, bias
      try addProduct(path, weight: input(1), scale: input(3), zeroPoint: input(5), bias: input(6))
    case "DynamicQuantizeMatMul":  // a, b, b's scale, b's zero point, bias
      try addProduct(path, weight: input(1), scale: input(2), zeroPoint: input(3), bias: input(4))
    case "Gather":  // data, indices; what it gathers is dequantized next
      guard let user = node.outputs.first.flatMap({ consumers[$0] }),
        user.operation == "DequantizeLinear", user.inputs.count == 3
      else { return }
      let weight = Weight.quantized(
        initializer: input(0), scale: user.inputs[1], zeroPoint: user.inputs[2],
        isTransposed: false)
      try add(weight, as: path + ".weight")
    case "LayerNormalization":  // x, scale, bias
      try add(.float(initializer: input(1)), as: path + ".weight")
    case "SkipLayerNormalization":  // x, skip, scale, bias; a fused node has no path
      try add(.float(initializer: input(2)), as: input(2))
    case "Conv", "FusedConv":  // x, w, b
      try add(.float(initializer: input(1)), as: path + ".weight")
      try add(.float(initializer: input(2)), as: path + ".bias")
    case "Mul" where path == "groupnorm":
      try add(.float(initializer: input(1)), as: path + ".weight")
    case "Add" where path == "groupnorm":
      try add(.float(initializer: input(1)), as: path + ".bias")
    default: return
    }
  }

  /// `layers.0.mlp.fc1` for a node called `/layers.0/mlp/fc1/MatMul_quant`.
  private static func modulePath(of node: OrtNode) -> String {
    node.name.split(separator: "/").dropLast().joined(separator: ".")
  }

  private mutating func addProduct(
    _ path: String, weight: String, scale: String, zeroPoint: String, bias: String
  ) throws(TensorFault) {
    let weight = Weight.quantized(
      initializer: weight, scale: scale, zeroPoint: zeroPoint, isTransposed: true)
    try add(weight, as: path + ".weight")
    try add(.float(initializer: bias), as: path + ".bias")
  }

  /// Records a weight; inputs that are absent or computed are none. The branches of a conditional
  /// use the same weights under the same names.
  private mutating func add(_ weight: Weight, as name: String) throws(TensorFault) {
    guard model.graph.initializers[weight.initializer] != nil else { return }
    let name = prefix + name
    guard weights.updateValue(weight, forKey: name).map({ $0 == weight }) ?? true else {
      throw .ambiguous(name)
    }
  }

  /// Constants of `graph` and its branches that hold weights, yet that no layer was found to use:
  /// not those that are small (shapes, frequencies of the rotation) or all zero (the biases that
  /// the exporter gives to normalisations without one).
  private func unusedWeights(in graph: OrtGraph) -> [String] {
    let used = Set(weights.values.map(\.initializer))
    var unused: [String] = []
    for (name, initializer) in graph.initializers where !used.contains(name) {
      switch initializer.dataType {
      case OrtInitializer.float where initializer.bytes.count > 4 * 32:
        if model.bytes[initializer.bytes].contains(where: { $0 != 0 }) { unused.append(name) }
      case OrtInitializer.uint8 where !initializer.shape.isEmpty:
        unused.append(name)
      default: break
      }
    }
    return unused.sorted() + graph.branches.flatMap(unusedWeights)
  }
}
