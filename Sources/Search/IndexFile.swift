import Foundation
import Support

/// Why an index is of no use, and is made again.
package enum IndexFault: Error, Sendable, Hashable {
  /// There is none.
  case missing
  /// It is of another version of the format.
  case otherVersion
  /// It breaks off, or its bytes are not those that were written.
  case damaged
  /// It cannot be read; an `errno` value.
  case unreadable(Int32)
}

/// An index on the disk, read piece by piece: a search needs half of it, and memory for one transcript.
struct IndexFile: ~Copyable {
  let size: Int
  /// -1 for one in memory.
  private let descriptor: Int32
  private let memory: [UInt8]

  /// An index that could not be stored.
  init(memory: [UInt8]) {
    self.memory = memory
    size = memory.count
    descriptor = -1
  }

  /// Opens a regular file.
  init(_ path: String) throws(IndexFault) {
    let opened = open(path.fileBytes, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else { throw errno == ENOENT ? .missing : .unreadable(errno) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw .damaged
    }
    descriptor = opened
    memory = []
    size = Int(status.st_size)
  }

  /// `count` bytes from `offset` on.
  borrowing func read(_ offset: Int, _ count: Int) throws(IndexFault) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else { throw .damaged }
    if descriptor < 0 { return Array(memory[offset..<offset + count]) }
    var used = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while used < count {
        let part = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
        let got = pread(descriptor, part.baseAddress, part.count, off_t(offset + used))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { break }
        used += got
      }
      filled = used
    }
    guard used == count else { throw .damaged }
    return bytes
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

/// The sum by which damage is seen: 64 bits, by multiplication, eight bytes at a time. It is no protection
/// against intent; all that is read is held against its bounds, too.
enum IndexSum {
  static func of(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var sum: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
      let whole = bytes.count & ~7
      for place in stride(from: 0, to: whole, by: 8) {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        sum = (sum ^ word) &* 0x9FB2_1C65_1E98_DF25
        sum ^= sum >> 32
      }
      for place in whole..<bytes.count {
        sum = (sum ^ UInt64(bytes[place])) &* 0x9FB2_1C65_1E98_DF25
        sum ^= sum >> 32
      }
      return sum
    }
  }
}

/// Bytes that are written: numbers little-endian, texts with their length before them.
struct IndexBytes {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: String) {
    add(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(raw: [UInt8]) { bytes.append(contentsOf: raw) }

  mutating func add(_ numbers: [UInt32]) {
    bytes.reserveCapacity(bytes.count + 4 * numbers.count)
    for number in numbers { add(number) }
  }
}

/// Reads what `IndexBytes` wrote, within its bounds.
struct IndexScanner {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(IndexFault) -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count - place >= size else { throw .damaged }
    defer { place += size }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }

  mutating func text() throws(IndexFault) -> String {
    String(decoding: try bytes(Int(try number(UInt32.self))), as: UTF8.self)
  }

  /// So many bytes.
  mutating func bytes(_ count: Int) throws(IndexFault) -> [UInt8] {
    guard count >= 0, bytes.count - place >= count else { throw .damaged }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }
}
