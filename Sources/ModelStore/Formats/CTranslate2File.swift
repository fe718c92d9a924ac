import Foundation

/// Why a file of CTranslate2 cannot be read.
package enum CTranslate2Error: Error, Sendable, Hashable {
  case truncated
  /// Not a model of Whisper in version 6 of the format.
  case unknownVersion
  case invalidText(offset: Int)
  /// The shape of a variable is not its number of bytes.
  case badShape(String)
  case duplicate(String)
  /// An alias stands for no variable.
  case badAlias(String)
  /// Bytes behind the last record.
  case tooLong
}

/// `model.bin` of a Whisper model that CTranslate2 runs (binary version 6): variables one after the other,
/// little-endian, without alignment, then names that stand for others.
struct CTranslate2File {
  /// Element types, by the number that the file has for them.
  enum ElementType: UInt8 {
    case float32 = 0
    case int8, int16, int32, float16, bfloat16

    var byteCount: Int {
      switch self {
      case .int8: 1
      case .int16, .float16, .bfloat16: 2
      case .float32, .int32: 4
      }
    }
  }

  /// One variable; a scalar has no dimension.
  struct Variable {
    let shape: [Int]
    let type: ElementType
    /// Where its elements lie in the file.
    let bytes: Range<Int>
  }

  private static let version: UInt32 = 6
  private static let specification = "WhisperSpec"

  let data: Data
  private(set) var variables: [String: Variable] = [:]

  /// Reads the records of `data`.
  init(_ data: Data) throws(CTranslate2Error) {
    // Indices of a slice would not start at zero.
    self.data = data.startIndex == 0 ? data : Data(data)
    var reader = Reader(data: self.data)
    guard try reader.number(UInt32.self) == Self.version,
      try reader.text() == Self.specification
    else { throw .unknownVersion }
    _ = try reader.number(UInt32.self)  // the specification's revision
    for _ in 0..<(try reader.number(UInt32.self)) {
      let name = try reader.text()
      let variable = try reader.variable(name)
      guard variables.updateValue(variable, forKey: name) == nil else { throw .duplicate(name) }
    }
    for _ in 0..<(try reader.number(UInt32.self)) {
      let (alias, name) = (try reader.text(), try reader.text())
      guard let variable = variables[name] else { throw .badAlias(alias) }
      guard variables.updateValue(variable, forKey: alias) == nil else { throw .duplicate(alias) }
    }
    guard reader.position == self.data.count else { throw .tooLong }
  }

  private struct Reader {
    let data: Data
    var position = 0

    mutating func take(_ count: Int) throws(CTranslate2Error) -> Range<Int> {
      guard count >= 0, count <= data.count - position else { throw .truncated }
      defer { position += count }
      return position..<position + count
    }

    mutating func number<Value: FixedWidthInteger>(
      _ type: Value.Type
    ) throws(CTranslate2Error) -> Value {
      let place = try take(MemoryLayout<Value>.size)
      return Value(
        littleEndian: data.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: place.lowerBound, as: Value.self)
        })
    }

    /// A length that counts a closing zero, and so many bytes.
    mutating func text() throws(CTranslate2Error) -> String {
      let place = try take(Int(try number(UInt16.self)))
      let text = String(validating: data[place].dropLast(), as: UTF8.self)
      guard let text, data[place].last == 0 else { throw .invalidText(offset: place.lowerBound) }
      return text
    }

    mutating func variable(_ name: String) throws(CTranslate2Error) -> Variable {
      var shape: [Int] = []
      for _ in 0..<(try number(UInt8.self)) { shape.append(Int(try number(UInt32.self))) }
      guard let type = ElementType(rawValue: try number(UInt8.self)) else {
        throw .badShape(name)
      }
      let bytes = try take(Int(try number(UInt32.self)))
      var count = type.byteCount
      for extent in shape {
        let product = count.multipliedReportingOverflow(by: extent)
        guard !product.overflow else { throw .badShape(name) }
        count = product.partialValue
      }
      guard count == bytes.count else { throw .badShape(name) }
      return Variable(shape: shape, type: type, bytes: bytes)
    }
  }
}
