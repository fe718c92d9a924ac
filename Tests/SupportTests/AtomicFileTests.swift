import Foundation
import Testing

@testable import Support

/// One at a time: the register of temporary files belongs to the process.
@Suite("AtomicFile", .serialized)
struct AtomicFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "viseme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func write(_ text: String, to path: String, replacing: Bool, commit: Bool = true) throws {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(text)
    if commit { try file.commit() }
  }

  @Test
  func appearsOnlyWhenCommitted() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("unfinished", to: path("a.srt"), replacing: false, commit: false)
    #expect(try names() == [])
    let long = String(repeating: "é…x", count: 60_000)
    try write(long, to: path("a.srt"), replacing: false)
    #expect(try names() == ["a.srt"])
    #expect(try String(contentsOfFile: path("a.srt"), encoding: .utf8) == long)
  }

  @Test
  func anExistingFileIsKeptUnlessReplacingAndKeepsItsMode() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("old", to: path("a"), replacing: false)
    chmod(path("a"), 0o640)
    #expect(throws: AtomicFileError.exists(path: path("a"))) {
      try write("new", to: path("a"), replacing: false)
    }
    try write("half", to: path("a"), replacing: true, commit: false)
    #expect(try String(contentsOfFile: path("a"), encoding: .utf8) == "old")
    try write("new", to: path("a"), replacing: true)
    #expect(try String(contentsOfFile: path("a"), encoding: .utf8) == "new")
    let mode = try FileManager.default.attributesOfItem(atPath: path("a"))[.posixPermissions]
    #expect(mode as? Int == 0o640)
  }

  @Test
  func whatIsWithdrawnIsGoneUnlessItReplacedAFile() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("old", to: path("old"), replacing: false)
    symlink("linked", path("link"))
    for name in ["old", "new", "link"] {
      var file = try AtomicFile(path: path(name), replacing: true)
      try file.write("text")
      file.withdraw()
      try file.commit()
      #expect(try String(contentsOfFile: path(name), encoding: .utf8) == "text")
      file.withdraw()
    }
    #expect(try names() == ["link", "old"])
  }

  @Test
  func aLinkIsFollowed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("old", to: path("real"), replacing: false)
    symlink("real", path("link"))
    try write("new", to: path("link"), replacing: true)
    #expect(try String(contentsOfFile: path("real"), encoding: .utf8) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "real")
  }

  @Test
  func aLinkToNothingIsFollowed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "real"), withIntermediateDirectories: false)
    symlink("real/second", path("link"))
    symlink("none", path("real/second"))
    try write("new", to: path("link"), replacing: false)
    #expect(try String(contentsOfFile: path("real/none"), encoding: .utf8) == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "real/second")
    symlink("circle", path("circle"))
    #expect(throws: AtomicFileError.self) { try write("", to: path("circle"), replacing: true) }
  }

  @Test
  func placesThatCannotBeWrittenAreTypedErrors() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: AtomicFileError.isDirectory(path: folder.path)) {
      try write("", to: folder.path, replacing: true)
    }
    let missing = path("none/a")
    #expect(throws: AtomicFileError.cannotCreate(path: missing, code: ENOENT)) {
      try write("", to: missing, replacing: true)
    }
    #expect(throws: AtomicFileError.diskFull(path: "/dev/full")) {
      try write("text", to: "/dev/full", replacing: true)
    }
  }

  @Test
  func aClosedPipeIsATypedError() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    close(ends[0])
    var stream = BufferedDescriptor(descriptor: ends[1], path: "pipe", isOwned: true)
    var caught: AtomicFileError?
    do throws(AtomicFileError) {
      try stream.write("text")
      try stream.flush()
    } catch {
      caught = error
    }
    #expect(caught == .brokenPipe(path: "pipe"))
  }

  @Test
  func thoseLeftCanBeRemovedAtOnce() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var file = try AtomicFile(path: path("a"), replacing: false)
    try file.write("text")
    #expect(try names().count == 1)
    TemporaryFiles.removeAll()
    #expect(try names() == [])
    var failed = false
    do { try file.commit() } catch { failed = true }
    #expect(failed)
  }
}
