import Foundation
import NN

/// Why a file of whisper.cpp cannot be read.
package enum GGMLError: Error, Sendable, Hashable {
  case truncated
  /// Not the `ggml` format of whisper.cpp.
  case notGGML
  /// Sizes that no model of Whisper has.
  case badHeader
  /// The shape of a tensor is not its number of blocks, or no shape.
  case badShape(String)
  case unknownType(tensor: String, type: Int)
  case duplicate(String)
}

/// A model of whisper.cpp (`ggml-base.bin`): sizes, mel filters, tokens, then tensors up to the end, all
/// little-endian (`models/convert-pt-to-ggml.py` of that project).
struct GGMLFile {
  /// How elements are stored, by the number that the file has for it; in blocks of 32 where they are
  /// quantised (`ggml-common.h`).
  enum ElementType: Int {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8

    /// Elements of a block.
    var blockSize: Int { self == .f32 || self == .f16 ? 1 : 32 }

    /// Bytes of a block.
    var blockBytes: Int {
      switch self {
      case .f32: 4
      case .f16: 2
      case .q4_0: 18
      case .q4_1: 20
      case .q5_0: 22
      case .q5_1: 24
      case .q8_0: 34
      }
    }
  }

  struct Tensor {
    /// Row-major, the last varies fastest.
    let shape: [Int]
    let type: ElementType
    /// Where its blocks lie in the file.
    let bytes: Range<Int>
  }

  private static let magic: UInt32 = 0x6767_6D6C
  private static let longestName = 256

  let data: Data
  /// Text of each token, in order.
  private(set) var tokens: [[UInt8]] = []
  private(set) var tensors: [String: Tensor] = [:]

  /// Whether a file begins like one of these.
  static func begins(_ data: Data) -> Bool {
    data.count >= 4 && data.prefix(4).elementsEqual([0x6C, 0x6D, 0x67, 0x67])
  }

  /// Reads `data`.
  init(_ data: Data) throws(GGMLError) {
    // Indices of a slice would not start at zero.
    self.data = data.startIndex == 0 ? data : Data(data)
    guard Self.begins(self.data) else { throw .notGGML }
    var reader = Reader(data: self.data, position: 4)
    // Vocabulary; audio context, state, heads, layers; text the same; mel bands; type.
    for _ in 0..<11 {
      guard 0...1 << 24 ~= (try reader.number()) else { throw .badHeader }
    }
    let (bands, bins) = (try reader.number(), try reader.number())
    guard 1...1024 ~= bands, 1...4096 ~= bins else { throw .badHeader }
    _ = try reader.take(4 * bands * bins)
    let count = try reader.number()
    guard 0...1 << 20 ~= count else { throw .badHeader }
    for _ in 0..<count { tokens.append(Array(self.data[try reader.take(try reader.number())])) }
    while reader.position < self.data.count {
      let (name, tensor) = try reader.tensor()
      guard tensors.updateValue(tensor, forKey: name) == nil else { throw .duplicate(name) }
    }
  }

  private struct Reader {
    let data: Data
    var position: Int

    mutating func take(_ count: Int) throws(GGMLError) -> Range<Int> {
      guard count >= 0, count <= data.count - position else { throw .truncated }
      defer { position += count }
      return position..<position + count
    }

    mutating func number() throws(GGMLError) -> Int {
      let place = try take(4)
      return Int(
        Int32(
          littleEndian: data.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: place.lowerBound, as: Int32.self)
          }))
    }

    mutating func tensor() throws(GGMLError) -> (name: String, Tensor) {
      let (rank, length, type) = (try number(), try number(), try number())
      guard 1...4 ~= rank, 1...GGMLFile.longestName ~= length else { throw .badHeader }
      var extents: [Int] = []
      for _ in 0..<rank { extents.append(try number()) }
      guard let name = String(validating: data[try take(length)], as: UTF8.self) else {
        throw .badHeader
      }
      guard let type = ElementType(rawValue: type) else {
        throw .unknownType(tensor: name, type: type)
      }
      guard extents.allSatisfy({ 1...1 << 24 ~= $0 }), extents[0] % type.blockSize == 0 else {
        throw .badShape(name)
      }
      var size = type.blockBytes
      for extent in [extents[0] / type.blockSize] + extents.dropFirst() {
        let product = size.multipliedReportingOverflow(by: extent)
        guard !product.overflow else { throw .badShape(name) }
        size = product.partialValue
      }
      return (name, Tensor(shape: extents.reversed(), type: type, bytes: try take(size)))
    }
  }
}

extension GGMLFile {
  /// The elements of `tensor`.
  func values(_ tensor: Tensor) -> [Float] {
    switch tensor.type {
    case .f32: return data.floats(in: tensor.bytes)
    case .f16: return data.halves(in: tensor.bytes)
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: break
    }
    let size = tensor.type.blockBytes
    let blocks = tensor.bytes.count / size
    return data.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: 32 * blocks) { target, filled in
        for block in 0..<blocks {
          let start = tensor.bytes.lowerBound + block * size
          Self.widen(
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]), tensor.type,
            into: UnsafeMutableBufferPointer(rebasing: target[32 * block..<32 * (block + 1)]))
        }
        filled = 32 * blocks
      }
    }
  }

  /// A block: its scale, an offset or none, the fifth bits or none, then bytes or pairs of nibbles, of which
  /// the low ones come first.
  private static func widen(
    _ block: UnsafeRawBufferPointer, _ type: ElementType,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    func half(_ offset: Int) -> Float {
      HalfPrecision.widen(
        UInt16(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }
    let scale = half(0)
    if type == .q8_0 {
      for index in 0..<32 { target[index] = scale * Float(Int8(bitPattern: block[2 + index])) }
      return
    }
    let hasOffset = type == .q4_1 || type == .q5_1
    let hasFifth = type == .q5_0 || type == .q5_1
    let offset = hasOffset ? half(2) : scale * (hasFifth ? -16 : -8)
    var place = hasOffset ? 4 : 2
    var fifths: UInt32 = 0
    if hasFifth {
      fifths = UInt32(
        littleEndian: block.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      place += 4
    }
    for index in 0..<16 {
      let pair = UInt32(block[place + index])
      let low = pair & 15 | (fifths >> UInt32(index) & 1) << 4
      let high = pair >> 4 | (fifths >> UInt32(index + 16) & 1) << 4
      target[index] = scale * Float(low) + offset
      target[index + 16] = scale * Float(high) + offset
    }
  }
}
