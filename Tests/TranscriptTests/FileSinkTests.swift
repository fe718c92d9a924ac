import Foundation
import Glibc
import Testing

@testable import Transcript

@Suite struct FileSinkTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "viseme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  private func write(_ text: String, to path: String) throws(FileSinkError) {
    var sink = try FileSink(path: path)
    try sink.write(text)
    try sink.close()
  }

  private func failure(_ body: () throws(FileSinkError) -> Void) -> FileSinkError? {
    do throws(FileSinkError) { try body() } catch { return error }
    return nil
  }

  @Test func `the file appears when it is complete`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.txt").path
    var sink = try FileSink(path: path)
    let text = String(repeating: "All is w\u{E9}ll. ", count: 20_000)
    try sink.write(text)
    #expect(!names.contains("a.txt"))
    try sink.close()
    #expect(names == ["a.txt"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func `what is not closed leaves the old file and nothing else`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.txt").path
    try write("old", to: path)
    do {
      var sink = try FileSink(path: path)
      try sink.write("new")
      try sink.flush()
    }
    #expect(names == ["a.txt"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test func `a symbolic link stays`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (path, link) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
    try write("old", to: path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try write("new", to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
  }

  @Test func `errors carry the path and the reason`() {
    defer { try? FileManager.default.removeItem(at: folder) }
    let missing = folder.appending(path: "none/a.txt").path
    #expect(
      failure { () throws(FileSinkError) in try write("", to: missing) }
        == .cannotCreate(path: missing, code: ENOENT))
    #expect(
      failure { () throws(FileSinkError) in try write("", to: folder.path) }
        == .cannotCreate(path: folder.path, code: EISDIR))
    #expect(
      failure { () throws(FileSinkError) in try write("text", to: "/dev/full") }
        == .cannotWrite(path: "/dev/full", code: ENOSPC))
    #expect(names.isEmpty)
  }

  @Test func `devices are written in place`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("text", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func `a lent descriptor stays open`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.txt").path
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    var sink = FileSink(descriptor: descriptor, name: "standard output")
    try Meeting.transcript.write(.srt, to: &sink)
    try sink.close()
    #expect(Glibc.write(descriptor, "x", 1) == 1)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Meeting.text(.srt) + "x")
  }
}
