// File names as the file system has them: bytes, of any encoding.
//
// Inside the program a path is a String. A byte that is no part of valid UTF-8 stands there as the
// scalar U+10FE00 + byte, of the last private-use plane; so do the bytes of a name that holds such a
// scalar itself. The mapping goes back to the same bytes for every name.
extension String {
  /// Scalars that stand for single bytes.
  private static let escapes: ClosedRange<UInt32> = 0x10_FE80...0x10_FEFF
  private static let escapeBase: UInt32 = 0x10_FE00

  /// The name or path with these bytes.
  package init(fileBytes bytes: [UInt8]) {
    if let text = String(validating: bytes, as: UTF8.self), !text.holdsFileEscapes {
      self = text
      return
    }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let units):
        let scalar = UTF8.decode(units)
        if Self.escapes.contains(scalar.value) {
          scalars.append(contentsOf: units.compactMap(Self.escape))
        } else {
          scalars.append(scalar)
        }
        rest = rest.dropFirst(units.count)
      case .error(let length):
        scalars.append(contentsOf: rest.prefix(length).compactMap(Self.escape))
        rest = rest.dropFirst(length)
      case .emptyInput:
        self = String(scalars)
        return
      }
    }
  }

  /// The path's bytes with a zero after them, for the file system. Empty where the path holds a zero,
  /// so that no other file is meant.
  package var fileBytes: [CChar] {
    guard !utf8.contains(0) else { return [0] }
    guard holdsFileEscapes else { return utf8.map { CChar(bitPattern: $0) } + [0] }
    var bytes: [CChar] = []
    for scalar in unicodeScalars {
      if Self.escapes.contains(scalar.value) {
        bytes.append(CChar(truncatingIfNeeded: scalar.value - Self.escapeBase))
      } else {
        bytes += UTF8.encode(scalar).map { $0.map { CChar(bitPattern: $0) } } ?? []
      }
    }
    return bytes + [0]
  }

  /// The path's bytes as a URL has them (RFC 3986): a first segment with a colon is no scheme.
  package var urlPath: String {
    fileBytes.dropLast().reduce(into: "") { url, byte in
      let byte = UInt8(bitPattern: byte)
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39,  // letters and digits
        0x2D, 0x2E, 0x2F, 0x5F, 0x7E:  // - . / _ ~
        url.unicodeScalars.append(Unicode.Scalar(byte))
      default: url += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }

  /// The path as text that anybody can read: bytes that are no UTF-8 as "\xe4".
  package var readableFileName: String {
    guard holdsFileEscapes else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      text +=
        Self.escapes.contains(scalar.value)
        ? "\\x" + String(scalar.value - Self.escapeBase, radix: 16) : String(scalar)
    }
  }

  /// Some of its scalars stand for bytes that are no UTF-8.
  package var holdsFileEscapes: Bool {
    // They all begin with these two bytes in UTF-8.
    utf8.contains(0xF4) && unicodeScalars.contains { Self.escapes.contains($0.value) }
  }

  private static func escape(_ byte: UInt8) -> Unicode.Scalar? {
    Unicode.Scalar(escapeBase + UInt32(byte))
  }
}
