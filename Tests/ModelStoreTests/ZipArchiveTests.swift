import Foundation
import Support
import Testing

@testable import ModelStore

/// A ZIP archive written field by field, so that each of them can lie.
struct ZipBuilder {
  struct Entry {
    var name: String
    var data: [UInt8]
    var localName: String?
    var flags: UInt16 = 0
    var method: UInt16 = 0
    var crc: UInt32?
    var size: UInt32?
    var compressedSize: UInt32?
    var offset: UInt32?
  }

  var entries: [Entry]
  var comment = ""
  var count: UInt16?
  var directorySize: UInt32?

  /// An archive of stored entries.
  init(_ files: [(String, [UInt8])]) {
    entries = files.map { Entry(name: $0.0, data: $0.1) }
  }

  var archive: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = UInt32(bytes.count)
      let fields =
        (20 as UInt16).bytes + entry.flags.bytes + entry.method.bytes + (0 as UInt32).bytes
        + (entry.crc ?? entry.data.withUnsafeBytes(CRC32.checksum)).bytes
        + (entry.compressedSize ?? UInt32(entry.data.count)).bytes
        + (entry.size ?? UInt32(entry.data.count)).bytes
      let localName = Array((entry.localName ?? entry.name).utf8)
      bytes += [0x50, 0x4B, 3, 4] + fields + UInt16(localName.count).bytes + [0, 0] + localName
      bytes += entry.data
      let name = Array(entry.name.utf8)
      directory += [0x50, 0x4B, 1, 2, 20, 0] + fields + UInt16(name.count).bytes
      directory += [UInt8](repeating: 0, count: 12) + (entry.offset ?? offset).bytes + name
    }
    let start = UInt32(bytes.count)
    bytes += directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    bytes += (count ?? UInt16(entries.count)).bytes + (count ?? UInt16(entries.count)).bytes
    bytes += (directorySize ?? UInt32(directory.count)).bytes + start.bytes
    return bytes + UInt16(comment.utf8.count).bytes + Array(comment.utf8)
  }
}

@Suite struct ZipArchiveTests {
  private static let valid = ZipBuilder([("a/b.txt", [1, 2, 3]), ("c", [])])

  private static func changed(_ change: (inout ZipBuilder) -> Void) -> [UInt8] {
    var builder = valid
    change(&builder)
    return builder.archive
  }

  @Test func checksumOfZip() {
    // The check value in the catalogue of CRC algorithms.
    #expect(Array("123456789".utf8).withUnsafeBytes(CRC32.checksum) == 0xCBF4_3926)
    #expect([UInt8]().withUnsafeBytes(CRC32.checksum) == 0)
  }

  @Test func readsByExactName() throws {
    let archive = try ZipArchive(data: Data(Self.valid.archive))
    #expect(archive.names == ["a/b.txt", "c"])
    #expect(try archive.read("a/b.txt", limit: 3) == [1, 2, 3])
    #expect(try archive.read("c", limit: 0) == [])
    #expect(throws: ZipError.missingEntry("b.txt")) { try archive.read("b.txt", limit: 10) }
    #expect(throws: ZipError.tooLarge(entry: "a/b.txt", bytes: 3, limit: 2)) {
      try archive.read("a/b.txt", limit: 2)
    }
  }

  @Test func aSliceOfDataHasItsOwnIndices() throws {
    let archive = try ZipArchive(data: Data([9, 9] + Self.valid.archive).dropFirst(2))
    #expect(try archive.read("a/b.txt", limit: 3) == [1, 2, 3])
  }

  @Test func aCommentMayFollow() throws {
    // It may even look like another end record.
    let bytes = Self.changed { $0.comment = "PK\u{5}\u{6} and more text" }
    #expect(try ZipArchive(data: Data(bytes)).names.count == 2)
  }

  @Test(.enabled(if: hasPython, "python3 is not installed")) func readsWhatPythonWrites() throws {
    let script = """
      import io, sys, zipfile
      b = io.BytesIO()
      with zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED) as z:
          z.writestr('stored', b'x' * 1000, zipfile.ZIP_STORED)
          z.writestr('deflated', b'xyz' * 100000)
          z.mkdir('folder') if hasattr(z, 'mkdir') else None
      sys.stdout.buffer.write(b.getvalue())
      """
    let archive = try ZipArchive(data: Data(try #require(python(script))))
    #expect(try archive.read("stored", limit: 1000) == Array(repeating: 0x78, count: 1000))
    let text = try archive.read("deflated", limit: 300_000)
    #expect(text == (0..<100_000).flatMap { _ in Array("xyz".utf8) })
  }

  static let hostile: [(String, [UInt8], ZipError)] = [
    ("nothing", [], .notAnArchive),
    ("no archive", Array(repeating: 7, count: 100), .notAnArchive),
    ("cut at the front", Array(valid.archive.dropFirst(5)), .damaged),
    ("parent", changed { $0.entries[0].name = "../evil" }, .unsafeName("../evil")),
    ("hidden parent", changed { $0.entries[0].name = "a/../../b" }, .unsafeName("a/../../b")),
    ("absolute", changed { $0.entries[0].name = "/etc/x" }, .unsafeName("/etc/x")),
    ("backslash", changed { $0.entries[0].name = "..\\x" }, .unsafeName("..\\x")),
    ("drive", changed { $0.entries[0].name = "C:x" }, .unsafeName("C:x")),
    ("NUL", changed { $0.entries[0].name = "a\0b" }, .unsafeName("a\0b")),
    ("no name", changed { $0.entries[0].name = "" }, .damaged),
    ("same name", changed { $0.entries[1].name = "a/b.txt" }, .duplicateName("a/b.txt")),
    ("encrypted", changed { $0.entries[0].flags = 1 }, .unsupported),
    ("ZIP64 size", changed { $0.entries[0].size = .max }, .unsupported),
    ("ZIP64 count", changed { $0.count = .max }, .unsupported),
    ("too few entries", changed { $0.count = 1 }, .damaged),
    ("too many entries", changed { $0.count = 3 }, .damaged),
    ("directory elsewhere", changed { $0.directorySize = 5 }, .damaged),
  ]

  @Test(arguments: hostile)
  func refusesArchive(what: String, bytes: [UInt8], error: ZipError) {
    #expect(throws: error) { try ZipArchive(data: Data(bytes)) }
  }

  static let hostileEntries: [(String, [UInt8], ZipError)] = [
    ("bad CRC", changed { $0.entries[0].crc = 1 }, .badChecksum(entry: "a/b.txt")),
    ("data beyond the end", changed { $0.entries[0].compressedSize = 9999 }, .damaged),
    ("header beyond the end", changed { $0.entries[0].offset = 9999 }, .damaged),
    ("no header there", changed { $0.entries[0].offset = 1 }, .damaged),
    (
      "unknown method", changed { $0.entries[0].method = 12 },
      .unsupportedMethod(entry: "a/b.txt", method: 12)
    ),
    (
      "stored size", changed { $0.entries[0].size = 4 },
      .badData(entry: "a/b.txt", .wrongSize)
    ),
    (
      // Claims four gigabytes: refused before any memory is asked for.
      "bomb by size", changed { $0.entries[0].size = .max - 1 },
      .tooLarge(entry: "a/b.txt", bytes: Int(UInt32.max) - 1, limit: 1 << 20)
    ),
    (
      // The last block with fixed codes: byte 0, a copy of 258 more of them, end; claims ten.
      "bomb by content",
      changed {
        $0.entries[0].method = 8
        $0.entries[0].data = [0x63, 0x60, 0x18, 0x05, 0x00]
        $0.entries[0].size = 10
      }, .badData(entry: "a/b.txt", .wrongSize)
    ),
  ]

  @Test(arguments: hostileEntries)
  func refusesEntry(what: String, bytes: [UInt8], error: ZipError) throws {
    let archive = try ZipArchive(data: Data(bytes))
    #expect(throws: error) { try archive.read("a/b.txt", limit: 1 << 20) }
  }

  @Test func everyByteChangedIsReadOrRefused() {
    let bytes = Self.valid.archive
    for index in bytes.indices {
      for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = value
        guard let archive = try? ZipArchive(data: Data(changed)) else { continue }
        for name in archive.names {
          if let data = try? archive.read(name, limit: 100) { #expect(data.count <= 3) }
        }
      }
    }
  }
}
