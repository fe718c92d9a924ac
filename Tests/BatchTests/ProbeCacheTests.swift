import Foundation
import Testing

@testable import Batch

@Suite("What was seen in files")
struct ProbeCacheTests {
  private typealias Identity = InputContent.Identity

  /// Facts that no probe of these files could tell, so they come from the memory.
  private static let facts: [Probed] = [
    .recording(seconds: 0.1 + 0.2), .recording(seconds: nil), .damaged, .recording(seconds: 36_000),
  ]

  private func line(_ identity: Identity, _ what: String, _ path: String) -> String {
    [
      "\(identity.size)", "\(identity.modified)", "\(identity.changed)", "\(identity.inode)", what,
      path,
    ].joined(separator: "\t")
  }

  @Test
  func isReadAsItIsWritten() throws {
    for probed in Self.facts + [.other] {
      let entry = ProbeCache.Entry(
        identity: Identity(size: 1, modified: -2, changed: .max, inode: .max), probed: probed)
      let data = Data(entry.line("/a\tb/ü.wav").utf8).dropLast()
      let (path, read) = try #require(ProbeCache.Entry.parse(data))
      #expect(path == "/a\tb/ü.wav")
      #expect(read.identity == entry.identity)
      #expect(read.probed == probed)
    }
  }

  @Test
  func isBelievedWhileTheFileIsTheSame() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.wav", "no recording")
    let identity = try Identity(of: path)
    let memory = try folder.write("probes.tsv", line(identity, "12.5", path) + "\n")
    #expect(ProbeCache(path: memory).probe(path, identity) == .recording(seconds: 12.5))
    try folder.write("a.wav", "not one either")
    #expect(ProbeCache(path: memory).probe(path, try Identity(of: path)) == .other)
  }

  @Test(arguments: [
    "", "1", "\t\t\t\t\t", "1\t1\t1\t1\t1.5", "x\t1\t1\t1\t1.5\t/a", "1\t1\t1\t-1\t1.5\t/a",
    "1\t1\t1\t1\tlong\t/a", "1\t1\t1\t1\tnan\t/a", "\u{fffd}", "{\"path\": \"/a\"}",
  ])
  func passesOverWhatIsNoLine(text: String) {
    #expect(ProbeCache.Entry.parse(Data(text.utf8))?.path == nil)
  }

  @Test
  func keepsWhatIsNew() throws {
    let folder = try TemporaryFolder()
    let paths = try ["a.txt", "b\n.txt"].map { try folder.write($0, "no recording") }
    let memory = folder.path("state/probes.tsv")
    let cache = ProbeCache(path: memory)
    for path in paths { #expect(cache.probe(path, try Identity(of: path)) == .other) }
    cache.save()
    cache.save()
    // A name on two lines cannot be kept.
    let kept = line(try Identity(of: paths[0]), "other", paths[0])
    #expect(folder.read("state/probes.tsv") == kept + "\n")
  }
}
