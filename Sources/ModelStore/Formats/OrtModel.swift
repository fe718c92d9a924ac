/// Why an ONNX Runtime model file cannot be read.
package enum OrtError: Error, Sendable, Hashable {
  case notAnOrtFile
  /// A reference, a field or a vector reaches outside the file.
  case outOfBounds(offset: Int)
  case invalidText(offset: Int)
  /// More text or tables than any speech model holds: references can repeat the same bytes.
  case tooLarge
  /// The file has no model or no graph.
  case noGraph
  /// The shape of a constant is not that of its data.
  case badShape(initializer: String)
  case duplicateInitializer(String)
}

/// A constant tensor of a model graph.
struct OrtInitializer: Equatable {
  /// ONNX's `TensorProto.DataType`.
  let dataType: Int32
  let shape: [Int]
  /// Where its data lies in the file.
  let bytes: Range<Int>

  static let float: Int32 = 1
  static let uint8: Int32 = 2
}

/// An operation of a model graph.
struct OrtNode {
  let name: String
  let operation: String
  /// Names of the tensors it reads; empty for an optional one that is absent.
  let inputs: [String]
  let outputs: [String]
}

/// A graph; the branches of its conditionals see its initializers too.
struct OrtGraph {
  fileprivate(set) var initializers: [String: OrtInitializer] = [:]
  fileprivate(set) var nodes: [OrtNode] = []
  fileprivate(set) var branches: [OrtGraph] = []
}

/// An `.ort` file: ONNX Runtime's FlatBuffer form of a model (schema `ort.fbs`, `ORTM`), as far as
/// reading weights asks for it: initializers, nodes, and the graphs inside of conditionals.
struct OrtModel {
  let bytes: [UInt8]
  let graph: OrtGraph

  /// Reads the graph of the model in `bytes`.
  init(_ bytes: [UInt8]) throws(OrtError) {
    guard bytes.count >= 8, bytes[4..<8].elementsEqual("ORTM".utf8) else { throw .notAnOrtFile }
    self.bytes = bytes
    var reader = GraphReader(buffer: FlatBuffer(bytes))
    let root = try reader.buffer.root()
    guard let model = try reader.buffer.table(6, of: root),
      let graph = try reader.buffer.table(18, of: model)
    else { throw .noGraph }
    self.graph = try reader.graph(graph, depth: 0)
  }

  /// The numbers of a float tensor.
  func floats(_ initializer: OrtInitializer) -> [Float] {
    bytes.withUnsafeBytes { file in
      (0..<initializer.bytes.count / 4).map {
        file.loadUnaligned(fromByteOffset: initializer.bytes.lowerBound + 4 * $0, as: Float.self)
      }
    }
  }
}

/// Follows the tables of the schema; the numbers are slots in their vtables.
private struct GraphReader {
  /// Deepest nesting of graphs that is followed; a merged decoder needs one.
  static let maximumDepth = 4

  var buffer: FlatBuffer

  mutating func graph(_ table: FlatBuffer.Table, depth: Int) throws(OrtError) -> OrtGraph {
    guard depth <= Self.maximumDepth else { throw .tooLarge }
    var graph = OrtGraph()
    for tensor in try buffer.tables(4, of: table) {
      let name = try buffer.string(4, of: tensor)
      let initializer = try initializer(tensor, name: name)
      guard graph.initializers.updateValue(initializer, forKey: name) == nil else {
        throw .duplicateInitializer(name)
      }
    }
    for node in try buffer.tables(8, of: table) {
      graph.nodes.append(
        OrtNode(
          name: try buffer.string(4, of: node), operation: try buffer.string(14, of: node),
          inputs: try buffer.strings(20, of: node), outputs: try buffer.strings(22, of: node)))
      for attribute in try buffer.tables(24, of: node) {
        guard let branch = try buffer.table(18, of: attribute) else { continue }
        graph.branches.append(try self.graph(branch, depth: depth + 1))
      }
    }
    return graph
  }

  private func initializer(
    _ table: FlatBuffer.Table, name: String
  ) throws(OrtError) -> OrtInitializer {
    let dimensions = try buffer.vector(8, of: table, size: 8)
    var shape: [Int] = []
    for index in 0..<dimensions.count {
      let extent: Int64 = try buffer.integer(at: dimensions.start + 8 * index)
      // No extent is longer than the file, and no tensor has more than eight of them.
      guard extent >= 0, extent <= Int64(buffer.bytes.count), index < 8 else {
        throw .badShape(initializer: name)
      }
      shape.append(Int(extent))
    }
    let data = try buffer.vector(12, of: table, size: 1)
    let dataType = try buffer.integer(10, of: table, as: Int32.self) ?? 0
    let elementSize = [OrtInitializer.float: 4, OrtInitializer.uint8: 1][dataType]
    if let elementSize {
      let count = shape.reduce(elementSize as Int?) { product, extent in
        guard let product else { return nil }
        let next = product.multipliedReportingOverflow(by: extent)
        return next.overflow ? nil : next.partialValue
      }
      guard count == data.count else { throw .badShape(initializer: name) }
    }
    return OrtInitializer(
      dataType: dataType, shape: shape, bytes: data.start..<data.start + data.count)
  }
}
