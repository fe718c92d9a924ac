import Foundation
import NN

/// Converts Whisper models, whatever they come in, to what the encoder and decoder read.
enum WhisperImport {
  /// How weights are stored.
  enum Precision {
    /// In 8 bits, symmetric, with a scale for each output.
    case eightBits
    /// As they are, for comparison.
    case float
  }

  /// The tensors in order of use.
  static func tensors(
    _ source: WhisperSource, precision: Precision = .eightBits
  ) throws(TensorFault) -> (layout: WhisperLayout, tensors: [TensorData]) {
    let layout = try WhisperLayout(shapes: source.tensors.mapValues(\.shape))
    let arranged = try arrange(source.tensors, as: layout.tensors, shape: \.shape)
    var tensors: [TensorData] = []
    for (name, tensor) in arranged {
      let values = tensor.values()
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(name) }
      let isWeight = tensor.shape.count > 1 && !name.hasSuffix("embed_positions.weight")
      if isWeight && precision == .eightBits {
        tensors += quantized(name, shape: tensor.shape, values)
      } else {
        tensors.append(TensorData(name: name, shape: tensor.shape, floats: values))
      }
    }
    return (layout, tensors)
  }

  /// `w = (q - 128) * scale`, q in 1...255, with a scale for each index of the first dimension.
  static func quantized(_ name: String, shape: [Int], _ values: [Float]) -> [TensorData] {
    let rows = shape[0]
    let size = values.count / rows
    var scales = [Float](repeating: 1, count: rows)
    let bytes = [UInt8](unsafeUninitializedCapacity: values.count) { bytes, count in
      values.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          var largest: Float = 0
          for index in row * size..<(row + 1) * size { largest = max(largest, abs(values[index])) }
          // A row of zeros, or of numbers too small to have an inverse, is one of zeros.
          let isSmall = largest < 1e-30
          if !isSmall { scales[row] = largest / 127 }
          let inverse = isSmall ? 0 : 127 / largest
          for index in row * size..<(row + 1) * size {
            bytes[index] = UInt8(128 + Int((values[index] * inverse).rounded()))
          }
        }
      }
      count = values.count
    }
    return [
      TensorData(name: name, dtype: .u8, shape: shape, bytes: bytes),
      TensorData(name: name + ".scale", shape: [rows], floats: scales),
      TensorData(name: name + ".zero_point", dtype: .u8, shape: [1], bytes: [128]),
    ]
  }
}
