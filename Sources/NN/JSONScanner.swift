/// A strict forward scanner over the few JSON forms that a safetensors header may hold.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Bytes of a key at most: comparing strings may take the square of their length.
  private static let longestKey = 1024

  /// Scans `bytes`, which must outlive the scanner.
  init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The error for what stands at the present position.
  var malformed: SafetensorsError.Fault { .malformedHeader(offset: position) }

  /// Skips white space, then `character`, which must stand there.
  mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError.Fault) {
    guard skip(character) else { throw malformed }
  }

  /// White space alone is left.
  mutating func expectEnd() throws(SafetensorsError.Fault) {
    skipSpace()
    guard position == bytes.count else { throw malformed }
  }

  /// Inside an object: the next key with its colon, or nil after the closing brace.
  mutating func nextKey(first: Bool) throws(SafetensorsError.Fault) -> String? {
    if skip("}") { return nil }
    if !first { try expect(",") }
    let key = try string()
    guard key.utf8.count <= Self.longestKey else { throw malformed }
    try expect(":")
    return key
  }

  /// An array of non-negative integers.
  mutating func integers() throws(SafetensorsError.Fault) -> [Int] {
    var result: [Int] = []
    try expect("[")
    if skip("]") { return result }
    repeat {
      result.append(try integer())
    } while skip(",")
    try expect("]")
    return result
  }

  private mutating func integer() throws(SafetensorsError.Fault) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = bytes[position] &- 0x30, digit < 10 {
      let tens = value.multipliedReportingOverflow(by: 10)
      let sum = tens.partialValue.addingReportingOverflow(Int(digit))
      guard !tens.overflow, !sum.overflow else { throw malformed }
      value = sum.partialValue
      position += 1
    }
    let digits = position - start
    // JSON knows no leading zeros.
    guard digits == 1 || (digits > 1 && bytes[start] != 0x30) else { throw malformed }
    return value
  }

  /// A string in quotes, its escapes resolved.
  mutating func string() throws(SafetensorsError.Fault) -> String {
    try expect("\"")
    let start = position
    while position < bytes.count, bytes[position] >= 0x20 {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        guard let text = text(from: start) else { throw malformed }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        return try escapedString(from: start)
      default:
        position += 1
      }
    }
    throw malformed
  }

  /// What stands from `start` to the present position; nil where it is no UTF-8. `String(validating:as:)`
  /// would ask the runtime for its types each time, which was a fiftieth of loading a model.
  private func text(from start: Int) -> String? {
    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    return part.withMemoryRebound(to: UInt8.self) {
      guard let valid = try? UTF8Span(validating: $0.span) else { return nil }
      return String(copying: valid)
    }
  }

  /// The rest of a string that starts at `start` and has its first escape here.
  private mutating func escapedString(from start: Int) throws(SafetensorsError.Fault) -> String {
    var units = Array(bytes[start..<position])
    while position < bytes.count, bytes[position] >= 0x20 {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else { throw malformed }
        return text
      case UInt8(ascii: "\\"):
        units.append(contentsOf: String(try escape()).utf8)
      default:
        units.append(byte)
      }
    }
    throw malformed
  }

  /// The character that an escape stands for; the backslash has been read.
  private mutating func escape() throws(SafetensorsError.Fault) -> Unicode.Scalar {
    guard position < bytes.count else { throw malformed }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw malformed
    }
  }

  private mutating func unicodeEscape() throws(SafetensorsError.Fault) -> Unicode.Scalar {
    var value = try hexadecimal()
    if 0xD800..<0xDC00 ~= value {
      guard skipExactly("\\"), skipExactly("u"), case let low = try hexadecimal(),
        0xDC00..<0xE000 ~= low
      else { throw malformed }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw malformed }
    return scalar
  }

  private mutating func hexadecimal() throws(SafetensorsError.Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw malformed }
      switch bytes[position] {
      case let digit where 0x30...0x39 ~= digit: value = value << 4 | UInt32(digit - 0x30)
      case let digit where 0x41...0x46 ~= digit: value = value << 4 | UInt32(digit - 0x37)
      case let digit where 0x61...0x66 ~= digit: value = value << 4 | UInt32(digit - 0x57)
      default: throw malformed
      }
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return skipExactly(character)
  }

  private mutating func skipExactly(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }
}
