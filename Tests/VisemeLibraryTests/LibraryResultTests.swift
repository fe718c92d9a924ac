import Foundation
import Testing

@testable import Viseme

/// Transcripts as they are read, changed and written.
@Suite("Library results")
struct LibraryResultTests {
  private static let json = """
    {"schema": "viseme.transcript", "version": 1,
     "program": {"name": "viseme", "version": "0.2.0"},
     "source": {"file": "talk.mkv", "duration": 9.5, "container": "matroska"},
     "model": {"name": "m", "version": "1"}, "language": "en", "settings": {},
     "notes": ["corrupt packets skipped: 2"],
     "segments": [{"start": 1.0, "end": 2.0, "track": 1, "speaker": "Anna", "text": "Good morning.",
       "mouth": [0.25, 0.5], "confidence": 0.9, "words": [
       {"text": "Good", "start": 1.0, "end": 1.4, "confidence": 0.9, "face": 1, "gate": 0.5},
       {"text": "morning.", "start": 1.4, "end": 2.0, "confidence": 0.9}]}]}
    """

  private func withTranscript(_ body: (TranscriptionResult, URL) throws -> Void) async throws {
    try await Recordings.inFolder { folder in
      let file = folder.appending(path: "talk.json")
      try Data(Self.json.utf8).write(to: file)
      try body(TranscriptionResult(jsonPath: file.path), folder)
    }
  }

  @Test
  func whatIsReadIsWrittenAgain() async throws {
    try await withTranscript { transcript, folder in
      #expect(transcript.source == "talk.mkv" && transcript.duration == 9.5)
      #expect(transcript.text == "Good morning." && transcript.language == "en")
      let segment = try #require(transcript.segments.first)
      #expect(segment.speaker == "Anna" && segment.mouth?.x == 0.25 && segment.mouth?.y == 0.5)
      #expect(segment.words.first?.face == 1 && segment.words.first?.lipShare == 0.5)
      let copy = folder.appending(path: "copy.json").path
      try transcript.write(to: copy)
      #expect(try TranscriptionResult(jsonPath: copy) == transcript)
    }
  }

  @Test
  func whatIsChangedIsWritten() async throws {
    try await withTranscript { transcript, _ in
      var transcript = transcript
      transcript.segments[0].words[0].text = "Bad"
      transcript.segments[0].speaker = "Ben"
      let text = String(decoding: try transcript.bytes(as: .srt), as: UTF8.self)
      #expect(text.contains("Ben: Bad morning."))
    }
  }

  @Test
  func theLayoutShapesSubtitles() async throws {
    try await withTranscript { transcript, _ in
      var layout = SubtitleLayout()
      layout.maxLineLength = 10
      let text = String(decoding: try transcript.bytes(as: .vtt, layout: layout), as: UTF8.self)
      #expect(text.contains("Good\nmorning.") || text.contains("Anna:\nGood"))
      layout.maxLines = 0
      #expect(throws: VisemeError.option(.layout, value: "lines 0.0")) {
        try transcript.bytes(as: .vtt, layout: layout)
      }
      layout = SubtitleLayout()
      (layout.minDuration, layout.maxDuration) = (9, 12)
      _ = try transcript.bytes(as: .vtt, layout: layout)
    }
  }

  @Test
  func outputsAreKeptUnlessReplacingWasAskedFor() async throws {
    try await withTranscript { transcript, folder in
      let path = folder.appending(path: "talk.srt").path
      try transcript.write(to: path)
      #expect(throws: VisemeError.output(path: path, .exists)) { try transcript.write(to: path) }
      try transcript.write(to: path, replacing: true)
      let unknown = folder.appending(path: "talk.xyz").path
      #expect(throws: VisemeError.output(path: unknown, .formatNotKnown)) {
        try transcript.write(to: unknown)
      }
      #expect(throws: VisemeError.output(path: folder.path, .isDirectory)) {
        try transcript.write(to: folder.path, as: .txt)
      }
    }
  }

  @Test
  func whatIsNoTranscriptIsATypedError() async throws {
    try await Recordings.inFolder { folder in
      let file = folder.appending(path: "talk.json")
      #expect(throws: VisemeError.transcript(.unreadable(ENOENT))) {
        try TranscriptionResult(jsonPath: file.path)
      }
      try Data("{}".utf8).write(to: file)
      #expect(throws: VisemeError.transcript(.notTranscript)) {
        try TranscriptionResult(jsonPath: file.path)
      }
      try Data(Self.json.replacing("\"version\": 1,", with: "\"version\": 99,").utf8).write(
        to: file)
      #expect(throws: VisemeError.transcript(.newer(version: 99))) {
        try TranscriptionResult(jsonPath: file.path)
      }
    }
  }
}
