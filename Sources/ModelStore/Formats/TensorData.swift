import NN

/// A tensor on its way into a safetensors file: contiguous, row-major, little-endian.
package struct TensorData: Sendable {
  package let name: String
  package let dtype: DType
  /// Row-major.
  package let shape: [Int]
  package let bytes: [UInt8]

  /// A tensor of bytes as they will be stored.
  package init(name: String, dtype: DType, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(dtype.byteCount, *))
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
  }

  /// A tensor of F32.
  package init(name: String, shape: [Int], floats: [Float]) {
    self.init(
      name: name, dtype: .f32, shape: shape, bytes: floats.withUnsafeBytes { Array($0) })
  }

  /// An 8-bit tensor with the two tensors of its grid.
  package static func quantized(
    name: String, shape: [Int], bytes: [UInt8], scale: Float, zeroPoint: UInt8
  ) -> [TensorData] {
    [
      TensorData(name: name, dtype: .u8, shape: shape, bytes: bytes),
      TensorData(name: name + ".scale", shape: [1], floats: [scale]),
      TensorData(name: name + ".zero_point", dtype: .u8, shape: [1], bytes: [zeroPoint]),
    ]
  }
}
