import Foundation
import Testing

@testable import Transcript

/// The formats byte by byte. `RECORD_SNAPSHOTS=1` writes the files anew, to be read before they
/// are committed.
@Suite struct SnapshotTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots")
  private static let records = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

  @Test(arguments: TranscriptFormat.allCases)
  func `formats are as recorded`(format: TranscriptFormat) throws {
    let text = Meeting.text(format)
    let file = Self.folder.appending(path: "meeting.\(format.rawValue)")
    if Self.records { try Data(text.utf8).write(to: file) }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    // Compared as bytes: as characters, CR LF would be one.
    #expect(Array(text.utf8) == Array(expected.utf8), "\(text)")
  }
}
