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

  /// A path to standard output is standard output, where it is: it begins no file anew.
  @Test(arguments: ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
  func whatIsThereAlreadyIsKept(path: String) throws {
    let folder = try folder()
    try "before\n".write(toFile: folder.path("log"), atomically: true, encoding: .utf8)
    let command = "exec \"$0\" render call.json -f txt -q -o \(path) >> log"
    let run = try CommandRun(
      ["-c", command, CommandRun.program.path], in: folder.url, program: URL(filePath: "/bin/sh"))
    #expect(run.code == 0 && run.errors == "")
    #expect(try read(folder, "log") == "before\n" + text(.txt))
    #expect(try folder.names() == ["call.json", "log"])
  }

  @Test
  func aFolderIsNoOutput() throws {
    let folder = try folder()
    let run = try CommandRun(["render", "call.json", "-f", "txt", "-o", "."], in: folder.url)
    #expect(run.code == 73 && run.errors == "viseme: . is a directory\n")
  }

  /// What was said, and quickly answered.
  private func exchange() throws -> TemporaryFolder {
    let said = [("Anna", "i'm - twenty five minutes late,"), ("Ben", "No.")]
    let segments = said.enumerated().map { index, turn in
      let words = turn.1.split(separator: " ").enumerated().map { place, word in
        let start = Double(index) * 2 + Double(place) * 0.3
        return Word(text: String(word), start: start, end: start + 0.3, confidence: 0.875)
      }
      var segment = Segment(
        start: Double(index) * 2, end: words.last?.end ?? 0, track: 1, words: words)
      segment.speaker = turn.0
      return segment
    }
    var json = ""
    Transcript(header: Self.transcript.header, segments: segments).write(.json, to: &json)
    let folder = try TemporaryFolder()
    try Data(json.utf8).write(to: URL(filePath: folder.path("call.json")))
    return folder
  }

  @Test(arguments: [
    ("", "Anna: I'm twenty five minutes late,\n\nBen: No.\n"),
    ("--numbers digits", "Anna: I'm 25 minutes late,\n\nBen: No.\n"),
    ("--numbers words", "Anna: I'm twenty-five minutes late,\n\nBen: No.\n"),
    ("--verbatim", "Anna: i'm - twenty five minutes late,\n\nBen: No.\n"),
  ])
  func wordsAreWrittenAsAskedFor(options: String, expected: String) throws {
    let folder = try exchange()
    let arguments =
      ["render", "call.json", "-o", "-"] + options.split(separator: " ").map(String.init)
    let run = try CommandRun(arguments, in: folder.url)
    #expect(run.output == expected && run.errors == "")
    // JSON is the source, and stays as it was.
    let copy = try CommandRun(arguments + ["-f", "json"], in: folder.url)
    #expect(copy.output == (try read(folder, "call.json")))
  }

  @Test
  func aQuickExchangeIsOneCue() throws {
    let folder = try exchange()
    let run = try CommandRun(
      ["render", "call.json", "-o", "-", "-f", "srt", "--dual-speakers"], in: folder.url)
    #expect(
      run.output
        == "1\r\n00:00:00,000 --> 00:00:02,834\r\n- Anna: I'm twenty five minutes late,\r\n"
        + "- Ben: No.\r\n\r\n")
  }
}
