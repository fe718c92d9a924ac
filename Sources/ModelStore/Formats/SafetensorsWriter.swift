import Foundation
import NN

/// Writes safetensors files that need no copy when they are read.
///
/// The format knows no holes, so alignment comes from the order alone: the data starts at a
/// multiple of 64, and the tensors come sorted by the largest power of two, up to 64, that divides
/// their size. Each then starts at a multiple of that power, hence of its element size, and all
/// tensors but a few small ones start at a multiple of 64. Among equals the given order is kept.
package struct SafetensorsWriter {
  /// Writes `tensors` to a new file at `url`, with `metadata` as its strings.
  package static func write(
    _ tensors: [TensorData], metadata: [String: String], to url: URL
  ) throws(ModelStoreError) {
    let sorted = tensors.enumerated().sorted {
      let (first, second) = (alignment($0.element), alignment($1.element))
      return first == second ? $0.offset < $1.offset : first > second
    }.map(\.element)
    var file = header(
      of: sorted.map { ($0.name, $0.dtype, $0.shape) }, metadata: metadata)
    file.reserveCapacity(file.count + sorted.reduce(0) { $0 + $1.bytes.count })
    for tensor in sorted { file.append(contentsOf: tensor.bytes) }
    do {
      try file.write(to: url)
    } catch {
      throw .cannotWrite(path: url.path, SystemError(error))
    }
  }

  private static func alignment(_ tensor: TensorData) -> Int {
    1 << min(6, tensor.bytes.count.trailingZeroBitCount)
  }

  /// What a file begins with whose data is `tensors` one after another, in this order.
  package static func header(
    of tensors: [(name: String, dtype: DType, shape: [Int])], metadata: [String: String]
  ) -> Data {
    var parts: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(quoted($1))" }
      parts.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.shape.reduce(tensor.dtype.byteCount, *)
      parts.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Data("{\(parts.joined(separator: ","))}".utf8)
    json.append(Data(repeating: 0x20, count: (64 - (json.count + 8) % 64) % 64))
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
