/// A read-only tensor that keeps alive the file it lies in; row-major.
///
/// The elements stay in the mapped file. Those that are not aligned there, or that were widened
/// from a shorter type, are copied once.
package struct TensorView<Element: BitwiseCopyable & Sendable>: Sendable {
  package let shape: [Int]
  private let storage: Storage

  private enum Storage {
    case mapped(SafetensorsFile, TensorEntry)
    case copied([Element])
  }

  /// Views `entry` of `file`, whose elements are `Element`s.
  init(file: SafetensorsFile, entry: TensorEntry) {
    shape = entry.shape
    storage = file.withBytes(of: entry) { bytes in
      let address = Int(bitPattern: bytes.baseAddress)
      if address.isMultiple(of: MemoryLayout<Element>.alignment) { return .mapped(file, entry) }
      let stride = MemoryLayout<Element>.stride
      return .copied(
        (0..<bytes.count / stride).map {
          bytes.loadUnaligned(fromByteOffset: $0 * stride, as: Element.self)
        })
    }
  }

  /// A tensor of its own `elements`, as many as the product of `shape`.
  package init(_ elements: [Element], shape: [Int]) {
    precondition(elements.count == shape.reduce(1, *))
    self.shape = shape
    storage = .copied(elements)
  }

  /// Number of elements.
  package var count: Int { shape.reduce(1, *) }

  /// Calls `body` with the elements; they are valid during the call.
  package func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .mapped(let file, let entry):
      try file.withBytes(of: entry) { bytes throws(Failure) in
        try bytes.withMemoryRebound(to: Element.self, body)
      }
    case .copied(let elements):
      try elements.withUnsafeBufferPointer(body)
    }
  }

  /// The elements, copied.
  package var elements: [Element] { withUnsafeBufferPointer { Array($0) } }
}

/// A tensor on an 8-bit grid: a weight is `(q - zeroPoint) * scale` for its byte `q`, with one scale
/// for all or one for each index of the first dimension (the outputs of a layer).
package struct QuantizedTensor: Sendable {
  package let bytes: TensorView<UInt8>
  /// One, or as many as the first dimension has indices.
  package let scales: [Float]
  package let zeroPoint: UInt8

  /// A tensor of `bytes` on the grid of `scale` and `zeroPoint`.
  package init(bytes: TensorView<UInt8>, scale: Float, zeroPoint: UInt8) {
    self.init(bytes: bytes, scales: [scale], zeroPoint: zeroPoint)
  }

  /// A tensor of `bytes` on the grids of `scales` and `zeroPoint`.
  package init(bytes: TensorView<UInt8>, scales: [Float], zeroPoint: UInt8) {
    precondition(scales.count == 1 || scales.count == bytes.shape.first)
    self.bytes = bytes
    self.scales = scales
    self.zeroPoint = zeroPoint
  }

  /// The rows `[outputs, inputs]` of several tensors, which have one zero point; nil where they have not.
  init?(joining parts: [QuantizedTensor]) {
    guard let first = parts.first, first.bytes.shape.count == 2,
      parts.allSatisfy({ $0.zeroPoint == first.zeroPoint })
    else { return nil }
    let rows = parts.map { $0.bytes.shape[0] }
    self.init(
      bytes: TensorView(
        parts.flatMap(\.bytes.elements), shape: [rows.reduce(0, +), first.bytes.shape[1]]),
      scales: zip(parts, rows).flatMap { part, count in
        part.scales.count == 1 ? Array(repeating: part.scales[0], count: count) : part.scales
      }, zeroPoint: first.zeroPoint)
  }

  /// The numbers.
  var values: [Float] {
    let rowSize = max(bytes.count / scales.count, 1)
    return bytes.elements.enumerated().map { index, byte in
      (Float(byte) - Float(zeroPoint)) * scales[index / rowSize]
    }
  }
}

/// A weight as a model file holds it.
package enum WeightTensor: Sendable {
  case float(TensorView<Float>)
  case quantized(QuantizedTensor)

  /// The numbers.
  package var values: [Float] {
    switch self {
    case .float(let tensor): tensor.elements
    case .quantized(let tensor): tensor.values
    }
  }
}
