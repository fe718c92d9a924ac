import Foundation
import ModelStore

/// An array of the NumPy format (NEP 1): little-endian f32 or i64, row-major.
package struct NumpyArray: Sendable {
  /// What is not read.
  package enum Fault: Error { case notNumpy, unsupported(header: String), wrongSize }

  /// Length of each dimension.
  package let shape: [Int]
  private let type: String
  private let bytes: [UInt8]

  /// Reads a whole `.npy` file.
  package init(_ file: [UInt8]) throws(Fault) {
    guard file.count >= 10, file.starts(with: [0x93] + Array("NUMPY".utf8)), file[6] == 1 else {
      throw .notNumpy
    }
    let start = 10 + Int(file[8]) + Int(file[9]) << 8
    guard start <= file.count else { throw .notNumpy }
    let header = String(decoding: file[10..<start], as: UTF8.self)
    guard let type = header.firstMatch(of: /'descr': '(<f4|<i8)'/)?.1,
      header.contains("'fortran_order': False"),
      let dimensions = header.firstMatch(of: /'shape': \(([0-9, ]*)\)/)?.1
    else { throw .unsupported(header: header) }
    shape = dimensions.split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    self.type = String(type)
    bytes = Array(file[start...])
    guard bytes.count == shape.reduce(type == "<f4" ? 4 : 8, *) else { throw .wrongSize }
  }

  /// The values of an array of f32; empty for another type.
  package var floats: [Float] { type == "<f4" ? values(Float.self) : [] }
  /// The values of an array of i64; empty for another type.
  package var integers: [Int64] { type == "<i8" ? values(Int64.self) : [] }

  private func values<Value: BitwiseCopyable>(_: Value.Type) -> [Value] {
    bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Value.self)
      }
    }
  }
}
