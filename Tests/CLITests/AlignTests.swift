import Foundation
import Testing
import Transcript

/// `viseme align` with the words of the sample meeting.
@Suite(
  "Align", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct AlignTests {
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "samples/meeting.mp4").path
  /// The first two speakers.
  private static let call = Result {
    try Fixtures.ffmpeg(
      "align.flac", ["-ss", "5", "-t", "13", "-i", sample, "-map", "0:a", "-c:a", "flac"])
  }
  /// What the recogniser makes of it.
  private static let heard = Result { () throws -> Transcript in
    let run = try CommandRun(["transcribe", call.get().path, "-o", "-", "-f", "json"])
    return try TranscriptFile.read(Data(run.output.utf8))
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: try Self.call.get(), to: URL(filePath: folder.path("call.flac")))
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
  }

  private func transcript(_ name: String) throws -> Transcript {
    try TranscriptFile.read(Data(contentsOf: URL(filePath: folder.path(name))))
  }

  private func align(_ arguments: String...) throws -> CommandRun {
    try CommandRun(["align"] + arguments, in: folder.url)
  }

  private func words() throws -> [Word] { try Self.heard.get().segments.flatMap(\.words) }

  private func core(_ text: String) -> String { text.lowercased().filter(\.isLetter) }

  /// A word exchanged and one put in; all others are where recognition finds them.
  @Test
  func anEditedTextHasTheTimesOfItsWords() throws {
    var texts = try words().map(\.text)
    let exchanged = try #require(texts.firstIndex { core($0) == "thanks" })
    texts[exchanged] = "marmalade"
    let place = try #require(texts.firstIndex { core($0) == "build" })
    texts.insert("umbrella", at: place)
    try write("Maya: \(texts.joined(separator: " "))\n", "call.txt")
    let run = try align("call.txt", "call.flac", "-f", "json,srt")
    #expect(run.code == 0 && run.output == "")
    #expect(run.errors.contains("viseme: wrote call.json, call.srt\n"))
    #expect(run.errors.contains("not said, though the script has them: 2 words; JSON lists them\n"))
    let result = try transcript("call.json")
    let found = result.segments.flatMap(\.words)
    #expect(found.map(\.text) == texts)
    #expect(result.segments.allSatisfy { $0.speaker == "Maya" })
    let rest = found.filter { !["marmalade", "umbrella"].contains($0.text) }
    let heard = try words().filter { core($0.text) != "thanks" }
    for (word, other) in zip(rest, heard) {
      #expect(abs(word.start - other.start) < 0.002, "\(word.text)")
    }
    let notes = result.notes.joined(separator: "\n")
    #expect(notes.contains("\"umbrella\""))
    #expect(notes.contains(/"marmalade" \(heard: "[Tt]hanks"\)/))
    #expect(found.filter { $0.text == "umbrella" }.allSatisfy { $0.confidence == 0 })
  }

  @Test
  func nothingIsPlacedBeforeTheStart() throws {
    let all = try words()
    let start = try #require(all.dropFirst(all.count / 2).first).start + 0.01
    try write(all.map(\.text).joined(separator: " "), "whole.txt")
    let run = try align("whole.txt", "call.flac", "-o", "late.json", "--start", "\(start)")
    #expect(run.code == 0, "\(run.errors)")
    let segments = try transcript("late.json").segments
    #expect(segments.flatMap(\.words).allSatisfy { $0.start > start - 0.5 })
  }

  /// Subtitles three seconds late and one percent slow, in their own lines.
  @Test
  func shiftedSubtitlesComeBackRight() throws {
    let words = try words()
    let cues = stride(from: 0, to: words.count, by: 6).map {
      Array(words[$0..<min($0 + 6, words.count)])
    }
    let script = cues.enumerated().map { index, cue in
      let lines = [cue.prefix(3), cue.dropFirst(3)].filter { !$0.isEmpty }
        .map { $0.map(\.text).joined(separator: " ") }
      let time = "00:00:\(10 + Int(((cue.first?.start ?? 0) * 1.01).rounded())),000"
      return "\(index + 1)\n\(time) --> \(time)\n\(lines.joined(separator: "\n"))\n"
    }.joined(separator: "\n")
    try write(script, "late.srt")
    let run = try align("late.srt", "call.flac", "-o", "right.srt")
    #expect(run.code == 0)
    let text = try String(contentsOfFile: folder.path("right.srt"), encoding: .utf8)
      .replacing("\r\n", with: "\n")
    let parts = text.split(separator: "\n\n")
    #expect(parts.count == cues.count)
    for (part, (cue, block)) in zip(parts, zip(cues, script.split(separator: "\n\n"))) {
      let lines = part.split(separator: "\n")
      #expect(lines.dropFirst(2) == block.split(separator: "\n").dropFirst(2))
      let digits = lines[1].prefix(12).split { !$0.isNumber }.compactMap { Double($0) }
      let start = digits[1] * 60 + digits[2] + digits[3] / 1000
      #expect(abs(start - (cue.first?.start ?? 0)) < 0.002)
    }
  }

  /// Through minutes in DOCX and back.
  @Test
  func aDocumentIsRead() throws {
    var transcript = try Self.heard.get()
    for index in transcript.segments.indices { transcript.segments[index].speaker = "Maya & Co" }
    var json = ""
    transcript.write(.json, to: &json)
    try write(json, "heard.json")
    _ = try CommandRun(["render", "heard.json", "-o", "minutes.docx"], in: folder.url)
    let run = try align("minutes.docx", "call.flac", "-o", "again.json")
    #expect(run.code == 0)
    let again = try self.transcript("again.json").segments
    #expect(again.flatMap(\.words).map(\.text) == transcript.segments.flatMap(\.words).map(\.text))
    #expect(again.allSatisfy { $0.speaker == "Maya & Co" })
  }

  @Test
  func aCorrectedTranscriptKeepsSegmentsAndSpeakers() throws {
    var transcript = try Self.heard.get()
    for index in transcript.segments.indices {
      transcript.segments[index].speaker = "S\(index)"
      for word in transcript.segments[index].words.indices {
        transcript.segments[index].words[word].start = 0
        transcript.segments[index].words[word].end = 0
      }
    }
    var json = ""
    transcript.write(.json, to: &json)
    try write(json, "corrected.json")
    let run = try align("corrected.json", "call.flac", "-o", "-", "-f", "json")
    #expect(run.code == 0)
    let result = try TranscriptFile.read(Data(run.output.utf8))
    #expect(result.segments.map(\.speaker) == transcript.segments.map(\.speaker))
    #expect(result.segments.flatMap(\.words).map(\.start) == (try words().map(\.start)))
    #expect(result.settings.contains { $0.name == "script" && $0.value == .text("corrected.json") })
  }

  @Test(arguments: [
    ("gone.txt", "gone.txt: no such file", 66), (".", ".: is a directory, not a script", 66),
    ("latin.txt", "latin.txt: is not text in UTF-8", 65),
    ("empty.srt", "empty.srt: has no cues", 65), ("marks.txt", "marks.txt: has no words", 65),
    ("cut.json", "cut.json: is not JSON, or breaks off", 65),
    ("text.docx", "text.docx: is no DOCX document, or a damaged one", 65),
  ])
  func whatIsNoScriptIsToldInOneLine(name: String, sentence: String, code: Int32) throws {
    try Data([0x61, 0xE9, 0x62]).write(to: URL(filePath: folder.path("latin.txt")))
    for (name, text) in [
      "empty.srt": "no times", "marks.txt": "[noise] -- ...", "cut.json": "{\"schema\":",
      "text.docx": "plain",
    ] {
      try write(text, name)
    }
    let run = try align(name, "call.flac", "-f", "txt")
    #expect(run.code == code && run.output == "")
    #expect(run.errors == "viseme: \(sentence)\n")
    #expect(try !folder.names().contains("call.txt"))
  }

  @Test
  func aTextInAnotherLanguageWritesNothing() throws {
    try write(
      String(
        repeating: "Guten Abend, meine Damen und Herren, hier sind die Nachrichten des Tages. ",
        count: 5), "other.txt")
    for output in ["-", "out.vtt"] {
      let run = try align("other.txt", "call.flac", "-o", output, "-f", "vtt")
      #expect(run.code == 65 && run.output == "")
      #expect(
        run.errors.contains(
          /^viseme: other.txt: only \d+ % of its words were heard in call.flac; it is the text of another recording, or in another language\n$/
        ))
    }
    #expect(try !folder.names().contains("out.vtt"))
  }

  @Test
  func whatCannotBeReadTwiceAndWhatWouldBeLostIsRefused() throws {
    try write("Good morning everyone", "call.srt")
    let input = try align("call.srt", "-")
    #expect(input.code == 64 && input.errors.contains("reads a recording twice"))
    let script = try align("call.srt", "call.flac", "--force")
    #expect(script.code == 64 && script.errors.contains("call.srt is the script, which is kept"))
    let lacking = try align("call.srt")
    #expect(lacking.code == 64)
    #expect(lacking.errors == "viseme: align needs RECORDING; see viseme align --help\n")
  }
}
