import Foundation
import Testing
import Transcript

/// `viseme render`: stored transcripts in other formats.
@Suite("Render")
struct RenderTests {
  private static let transcript: Transcript = {
    var segments = ["Good morning everyone.", "Is <x> the cost, Ben?"].enumerated().map {
      index, text in
      let start = Double(index) * 5
      let words = text.split(separator: " ").enumerated().map { place, word in
        Word(
          text: String(word), start: start + Double(place) * 0.4,
          end: start + Double(place) * 0.4 + 0.3, confidence: 0.875)
      }
      return Segment(start: start, end: start + 2, track: 1, words: words)
    }
    segments[0].speaker = "Anna"
    segments[1].speaker = "Anna"
    return Transcript(
      header: TranscriptHeader(
        program: ModelInfo(name: "viseme", version: "9.9"),
        source: SourceInfo(file: "call.m4a", duration: 8, container: "mov"),
        model: ModelInfo(name: "m", version: "1")),
      segments: segments, notes: ["a note"])
  }()

  private func text(_ format: TranscriptFormat, _ profile: CueProfile = .standard) -> String {
    var text = ""
    Self.transcript.write(format, profile: profile, to: &text)
    return text
  }

  /// A folder with the transcript as call.json.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Data(text(.json).utf8).write(to: URL(filePath: folder.path("call.json")))
    return folder
  }

  private func read(_ folder: TemporaryFolder, _ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder.path(name))), as: UTF8.self)
  }

  @Test
  func subtitlesLieBesideTheTranscript() throws {
    let folder = try folder()
    let run = try CommandRun(["render", "call.json"], in: folder.url)
    #expect(run.code == 0 && run.output == "")
    #expect(run.errors == "viseme: wrote call.srt, call.vtt\n")
    #expect(try read(folder, "call.srt") == text(.srt))
    #expect(try read(folder, "call.vtt") == text(.vtt))
    let second = try CommandRun(["render", "call.json"], in: folder.url)
    #expect(second.code == 73)
    #expect(second.errors == "viseme: call.srt exists already; --force replaces it\n")
  }

  @Test
  func allFormatsAreWrittenInOneRun() throws {
    let folder = try folder()
    let run = try CommandRun(
      ["render", "call.json", "-f", "all", "--output-dir", "out", "-q"], in: folder.url)
    #expect(run.code == 0 && run.output + run.errors == "")
    for format in TranscriptFormat.allCases where ![.docx, .json].contains(format) {
      #expect(try read(folder, "out/call.\(format.suffix)") == text(format), "\(format)")
    }
    let document = try Data(contentsOf: URL(filePath: folder.path("out/call.docx")))
    #expect(document.prefix(4) == Data([0x50, 0x4B, 3, 4]))
  }

  @Test
  func layoutOptionsCount() throws {
    var profile = CueProfile.standard
    try profile.set(.maxLineLength, to: 20)
    let run = try withExtendedLifetime(folder()) { folder in
      try CommandRun(
        ["render", "call.json", "-o", "-", "-f", "srt", "--max-line-length", "20"], in: folder.url)
    }
    #expect(run.code == 0 && run.errors == "")
    #expect(run.output == text(.srt, profile) && run.output != text(.srt))
  }

  @Test
  func standardInputIsRead() throws {
    let folder = try folder()
    let run = try CommandRun(
      ["render", "-", "-o", "x.whisper.json"], in: folder.url,
      input: URL(filePath: folder.path("call.json")))
    #expect(run.code == 0)
    #expect(try read(folder, "x.whisper.json") == text(.whisper))
  }

  @Test(arguments: [
    ("gone.json", "no such file", 66), (".", "is a directory, not a transcript", 66),
    ("cut.json", "is not JSON, or breaks off", 65),
    ("other.json", "is JSON, but no transcript of viseme", 65),
    (
      "newer.json",
      "has version 2 of the schema, which this viseme (VERSION) does not know; a later viseme reads it",
      65
    ),
    ("track.json", "segments[0].track is not a whole number from 1 on", 65),
    ("lacking.json", "lacks the member notes", 65),
    (
      "text.json",
      "segments[0].text is not the text of its words; correct the words, which alone have times", 65
    ),
  ])
  func whatCannotBeReadIsToldAndStopsNoOther(
    name: String, sentence: String, code: Int32
  ) throws {
    let folder = try folder()
    let json = text(.json)
    let files = [
      "cut.json": String(json.prefix(400)), "other.json": "{\"segments\": []}",
      "newer.json": json.replacing("\"version\": 1,", with: "\"version\": 2,"),
      "track.json": json.replacing("\"track\": 1", with: "\"track\": 1.5")
        .replacing("1.5", with: "0"),
      "lacking.json": json.replacing("\"notes\"", with: "\"note\""),
      "text.json": json.replacing("\"text\": \"Good\"", with: "\"text\": \"Bad\""),
    ]
    if let content = files[name] {
      try Data(content.utf8).write(to: URL(filePath: folder.path(name)))
    }
    let run = try CommandRun(["render", name, "call.json", "-f", "txt"], in: folder.url)
    let version = try CommandRun(["--version"]).output.split(whereSeparator: \.isWhitespace)[1]
    let line = "viseme: \(name): \(sentence.replacing("VERSION", with: version))\n"
    #expect(run.code == code)
    #expect(run.errors == line + "viseme: wrote call.txt\n")
    #expect(try !folder.names().contains { $0.hasPrefix(".viseme") })
  }
}
