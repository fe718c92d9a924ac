import Foundation
import Support

/// Why a ZIP archive, or one entry of it, cannot be read.
package enum ZipError: Error, Sendable, Hashable {
  case notAnArchive
  /// A record lies outside the file or contradicts another.
  case damaged
  /// A feature that no wheel needs: ZIP64, several disks, encryption.
  case unsupported
  /// An entry whose name leads out of the folder it would be unpacked to.
  case unsafeName(String)
  case duplicateName(String)
  case missingEntry(String)
  case unsupportedMethod(entry: String, method: Int)
  case tooLarge(entry: String, bytes: Int, limit: Int)
  case badChecksum(entry: String)
  case badData(entry: String, InflateError)
}

/// A ZIP archive (APPNOTE 6.3: stored and deflated entries), read from memory or a mapped file.
///
/// Entries are read into memory by their exact name. Nothing is ever written under a name that
/// comes from an archive, and an archive that holds a name with `..` is refused all the same.
package struct ZipArchive: Sendable {
  private struct Entry {
    let method: Int
    let crc: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  private let data: Data
  private let directoryStart: Int
  private var entries: [String: Entry] = [:]

  /// Reads the central directory of `data`.
  package init(data: Data) throws(ZipError) {
    // Indices of a slice would not start at zero.
    self.data = data.startIndex == 0 ? data : Data(data)
    let end = try Self.endRecord(of: self.data)
    let (count, size, start) = (
      try self.data.zip16(end + 10), try self.data.zip32(end + 12), try self.data.zip32(end + 16)
    )
    guard try self.data.zip32(end + 4) == 0, try self.data.zip16(end + 8) == count,
      count != 0xFFFF, start != 0xFFFF_FFFF
    else { throw .unsupported }
    guard start + size == end else { throw .damaged }
    directoryStart = start
    var position = start
    for _ in 0..<count {
      position = try readDirectoryEntry(at: position, limit: end)
    }
    guard position == end else { throw .damaged }
  }

  /// Names of all files in the archive, sorted.
  package var names: [String] { entries.keys.sorted() }

  /// The bytes of the entry called `name`, at most `limit` of them, checked by their CRC-32.
  package func read(_ name: String, limit: Int) throws(ZipError) -> [UInt8] {
    guard let entry = entries[name] else { throw .missingEntry(name) }
    guard entry.size <= limit else {
      throw .tooLarge(entry: name, bytes: entry.size, limit: limit)
    }
    let range = try dataRange(of: entry, named: name)
    var inflateError: InflateError?
    let bytes = [UInt8](unsafeUninitializedCapacity: entry.size) { buffer, count in
      let output = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[..<entry.size])
      data.withUnsafeBytes { archive in
        let input = UnsafeRawBufferPointer(rebasing: archive[range])
        do throws(InflateError) {
          if entry.method == 0 {
            guard input.count == output.count else { throw .wrongSize }
            output.copyMemory(from: input)
          } else {
            try Inflate.decompress(input, into: output)
          }
          count = entry.size
        } catch {
          inflateError = error
        }
      }
    }
    if let inflateError { throw .badData(entry: name, inflateError) }
    guard bytes.withUnsafeBytes(CRC32.checksum) == entry.crc else {
      throw .badChecksum(entry: name)
    }
    return bytes
  }

  /// Position of the end record, which a comment of at most 65535 bytes may follow.
  private static func endRecord(of data: Data) throws(ZipError) -> Int {
    let last = data.count - 22
    guard last >= 0 else { throw .notAnArchive }
    for position in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where try data.zip32(position) == 0x0605_4B50 {
      guard try data.zip16(position + 20) == last - position else { continue }
      return position
    }
    throw .notAnArchive
  }

  private mutating func readDirectoryEntry(at position: Int, limit: Int) throws(ZipError) -> Int {
    guard position + 46 <= limit, try data.zip32(position) == 0x0201_4B50 else { throw .damaged }
    let flags = try data.zip16(position + 8)
    let entry = Entry(
      method: try data.zip16(position + 10), crc: UInt32(try data.zip32(position + 16)),
      compressedSize: try data.zip32(position + 20), size: try data.zip32(position + 24),
      headerOffset: try data.zip32(position + 42))
    let nameEnd = position + 46 + (try data.zip16(position + 28))
    let end = nameEnd + (try data.zip16(position + 30)) + (try data.zip16(position + 32))
    guard end <= limit else { throw .damaged }
    guard flags & 1 == 0, entry.size != 0xFFFF_FFFF, entry.compressedSize != 0xFFFF_FFFF,
      entry.headerOffset != 0xFFFF_FFFF
    else { throw .unsupported }
    let name = String(validating: data[position + 46..<nameEnd], as: UTF8.self)
    guard let name, !name.isEmpty else { throw .damaged }
    guard Self.isSafe(name) else { throw .unsafeName(name) }
    guard entries.updateValue(entry, forKey: name) == nil else { throw .duplicateName(name) }
    return end
  }

  /// Whether `name` stays below the folder that an unpacker would put it in.
  private static func isSafe(_ name: String) -> Bool {
    !name.hasPrefix("/") && !name.unicodeScalars.contains { $0 == "\\" || $0 == "\0" }
      && !name.split(separator: "/").contains("..") && !name.dropFirst().hasPrefix(":")
  }

  private func dataRange(of entry: Entry, named name: String) throws(ZipError) -> Range<Int> {
    let header = entry.headerOffset
    guard header + 30 <= directoryStart, try data.zip32(header) == 0x0403_4B50 else {
      throw .damaged
    }
    let start = header + 30 + (try data.zip16(header + 26)) + (try data.zip16(header + 28))
    guard start + entry.compressedSize <= directoryStart else { throw .damaged }
    guard try data.zip16(header + 8) == entry.method else { throw .damaged }
    guard entry.method == 0 || entry.method == 8 else {
      throw .unsupportedMethod(entry: name, method: entry.method)
    }
    return start..<start + entry.compressedSize
  }
}

extension Data {
  fileprivate func zip16(_ position: Int) throws(ZipError) -> Int {
    guard position >= 0, position + 2 <= count else { throw .damaged }
    return Int(self[position]) | Int(self[position + 1]) << 8
  }

  fileprivate func zip32(_ position: Int) throws(ZipError) -> Int {
    try zip16(position) | zip16(position + 2) << 16
  }
}
