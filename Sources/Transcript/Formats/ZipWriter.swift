import Foundation
import Support

/// A ZIP archive of stored entries, by APPNOTE.TXT 6.3: enough for an Office document. Entries have
/// the date from which ZIP counts, so the same content gives the same bytes.
struct ZipWriter {
  private static let date: UInt16 = 1 << 5 | 1
  /// UTF-8 names.
  private static let flags: UInt16 = 1 << 11

  private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  /// Adds a file. All of them together must stay below 4 GiB, which no text of a recording reaches.
  mutating func add(_ name: String, _ text: String) {
    let (name, data) = (Array(name.utf8), Array(text.utf8))
    let offset = UInt32(bytes.count)
    let shared =
      Self.two(20) + Self.two(Self.flags) + Self.two(0) + Self.two(0) + Self.two(Self.date)
      + Self.four(data.withUnsafeBytes(CRC32.checksum)) + Self.four(UInt32(data.count))
      + Self.four(UInt32(data.count)) + Self.two(UInt16(name.count)) + Self.two(0)
    bytes += [0x50, 0x4B, 3, 4] + shared + name + data
    directory +=
      [0x50, 0x4B, 1, 2] + Self.two(20) + shared + Self.two(0) + Self.two(0) + Self.two(0)
      + Self.four(0) + Self.four(offset) + name
    count += 1
  }

  /// The whole archive.
  consuming func finish() -> [UInt8] {
    let start = UInt32(bytes.count)
    return bytes + directory + [0x50, 0x4B, 5, 6] + Self.two(0) + Self.two(0) + Self.two(count)
      + Self.two(count) + Self.four(UInt32(directory.count)) + Self.four(start) + Self.two(0)
  }

  private static func two(_ value: UInt16) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  private static func four(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
