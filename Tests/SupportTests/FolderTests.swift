import Foundation
import Support
import Testing

/// Folders, what lies in them, and locks.
@Suite struct FolderTests {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "viseme-\(UUID().uuidString)").path
    try FolderMaker.make(folder)
  }

  private func write(_ name: String) throws {
    try Data(name.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  @Test func aFolderThatIsThereIsNoFault() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FolderMaker.make("\(folder)/a/b/c/")
    try FolderMaker.make("\(folder)//a/b")
    #expect(try FolderNames.read("\(folder)/a") == ["b"])
  }

  @Test func aFileInTheWayIsNamed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write("file")
    #expect(throws: AtomicFileError.cannotCreate(path: "that", code: ENOTDIR)) {
      try FolderMaker.make("\(folder)/file/below", name: "that")
    }
  }

  @Test func hiddenFilesAndLinkedFoldersAreLeftOut() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["deep/one", ".hidden"] { try FolderMaker.make("\(folder)/\(name)") }
    for name in ["b.wav", ".c.wav", "d.tmp", "deep/a.wav", ".hidden/e.wav"] { try write(name) }
    symlink("..", "\(folder)/deep/up")
    symlink("../b.wav", "\(folder)/deep/b.wav")
    symlink("nowhere", "\(folder)/deep/lost")
    let listing = FolderListing(of: folder) { !$0.hasSuffix(".tmp") }
    #expect(listing.files == ["b.wav", "deep/a.wav", "deep/b.wav"].map { "\(folder)/\($0)" })
    #expect(listing.unreadable.isEmpty)
    #expect(FolderListing(of: folder, isDeep: false).files.count == 2)
  }

  @Test func aFolderThatIsNotThereIsTold() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let listing = FolderListing(of: "\(folder)/none")
    #expect(listing.files.isEmpty)
    #expect(listing.unreadable.map(\.code) == [ENOENT])
  }

  @Test func aLockKeepsOthersOutUntilItIsGone() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func isFree() -> Bool { FileLock(folder: folder) != nil }
    do {
      guard let lock = FileLock(folder: folder) else {
        Issue.record("no lock")
        return
      }
      #expect(!isFree())
      extendLifetime(lock)
    }
    #expect(isFree())
    let fault = #expect(throws: FileLock.Unavailable.self) {
      _ = try FileLock(file: "\(folder)/none/lock") {}
    }
    #expect(fault?.code == ENOENT)
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000]) func aFileIsReadToItsEnd(count: Int) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
    try data.write(to: URL(filePath: "\(folder)/file"))
    #expect(try WholeFile.read("\(folder)/file") == data)
    if count > 4096 {
      #expect(throws: WholeFile.Unreadable(code: EFBIG)) {
        try WholeFile.read("\(folder)/file", limit: 4096)
      }
    } else {
      #expect(try WholeFile.read("\(folder)/file", limit: 4096) == data)
    }
    #expect(throws: WholeFile.Unreadable(code: ESPIPE)) { try WholeFile.read("/dev/zero") }
    #expect(throws: TextFile.Fault.unreadable(ESPIPE)) { try TextFile.read("/dev/zero") }
    #expect(throws: WholeFile.Unreadable(code: EISDIR)) { try WholeFile.read(folder) }
  }

  @Test func aPipeIsReadToItsEnd() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pipe = Pipe()
    let text = String(repeating: "term\n", count: 3000)
    try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try pipe.fileHandleForWriting.close()
    let path = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(try TextFile.read(path) == text)
  }

  private func text(_ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: "\(folder)/text"))
    return try TextFile.read("\(folder)/text")
  }

  @Test func aByteOrderMarkIsNoText() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try text([0xEF, 0xBB, 0xBF, 0x61]) == "a")
    #expect(throws: TextFile.Fault.notText) { try text([0xFF, 0x61]) }
    #expect(TextFile.lines("a\r\n\n  \nb\rc").map(\.number) == [1, 4, 5])
    #expect(TextFile.lines("a\r\n\nb\n").map(\.text) == ["a", "b"])
    #expect(TextFile.fields("a\t b \t\tc") == ["a", "b", "", "c"])
  }

  @Test func aLineHasAnEndAndALetterFewMarks() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let long = [UInt8](repeating: 0x78, count: TextFile.longestLine)
    #expect(try text(Array("a\n".utf8) + long).utf8.count == long.count + 2)
    #expect(throws: TextFile.Fault.badLine(2)) { try text(Array("a\n".utf8) + long + [0x78]) }
    let marked = Array("a\nb\ne".utf8) + Array(String(repeating: "\u{301}", count: 65).utf8)
    #expect(throws: TextFile.Fault.badLine(3)) { try text(marked) }
    #expect(try text(Array(marked.dropLast(2))).unicodeScalars.count == 69)
  }

  @Test func linesAreReadOneByOne() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Longer than one read, one line too long, no end after the last.
    let long = String(repeating: "x", count: 600_000)
    let tooLong = String(repeating: "y", count: LineFile.longest + 1)
    try "a\n\n\(long)\n\(tooLong)\nb".write(
      toFile: "\(folder)/lines", atomically: false, encoding: .utf8)
    var lines: [String] = []
    var ends: [Bool] = []
    let passed = try LineFile.read("\(folder)/lines") { line, isWhole in
      lines.append(String(decoding: line, as: UTF8.self))
      ends.append(isWhole)
    }
    #expect(passed == 1)
    #expect(lines == ["a", "", long, "b"])
    #expect(ends == [true, true, true, false])
  }
}
