import Foundation
import Testing

@testable import Transcript

/// The formats byte by byte. `RECORD_SNAPSHOTS=1` writes the files anew, to be read before they
/// are committed.
@Suite struct SnapshotTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots")
  private static let records = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

  /// The page is told by what it does, and a document by what it holds.
  @Test(arguments: TranscriptFormat.allCases.filter { ![.html, .docx].contains($0) })
  func formatsAreAsRecorded(format: TranscriptFormat) throws {
    try compare(Meeting.text(format), with: "meeting.\(format.suffix)")
  }

  @Test(arguments: CueNotes.allCases)
  func notesOfCuesAreAsRecorded(notes: CueNotes) throws {
    var profile = CueProfile.standard
    profile.notes = notes
    var text = ""
    Transcript(header: Meeting.header, segments: Meeting.seen)
      .write(.vtt, profile: profile, to: &text)
    try compare(text, with: "seen-\(notes.rawValue).vtt")
  }

  private func compare(_ text: String, with name: String) throws {
    let file = Self.folder.appending(path: name)
    if Self.records { try Data(text.utf8).write(to: file) }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    // Compared as bytes: as characters, CR LF would be one.
    #expect(Array(text.utf8) == Array(expected.utf8), "\(text)")
  }
}
