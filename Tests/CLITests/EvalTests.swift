import Foundation
import Testing

/// `viseme eval` as a user runs it.
@Suite("Evaluation")
struct EvalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
  }

  private func copy(_ fixture: Result<URL, any Error>, as name: String) throws {
    try FileManager.default.copyItem(at: fixture.get(), to: URL(filePath: folder.path(name)))
  }

  private func eval(_ words: String...) throws -> CommandRun {
    try CommandRun(["eval"] + words, in: folder.url)
  }

  @Test(
    arguments: [
      ("none.tsv", 66, "none.tsv: cannot be read: no such file or directory"),
      ("a.tsv", 65, "a.tsv, line 2: has no transcript"),
      ("b.tsv", 66, "b.tsv, line 2: no.wav: no such file"),
      ("c.tsv", 65, "c.tsv: holds nothing to evaluate"),
      (
        "d.tsv", 65,
        "d.tsv, line 1: the first line names no column 'path'; "
          + "it must name the columns, tab-separated"
      ),
      ("e.jsonl", 65, "e.jsonl, line 1: is not a JSON object with text and numbers"),
      ("f.tsv", 65, "f.tsv, line 2: start 'x' is no time in seconds"),
      ("g.tsv", 66, "g.tsv, line 2: no.stm cannot be read: no such file or directory"),
      ("h.tsv", 65, "h.tsv, line 2: a.tsv: is not a recording in any known format"),
    ] as [(String, Int32, String)])
  func inputOfWhichNothingIsLeft(name: String, code: Int32, line: String) throws {
    try write("a.tsv", "path\ttranscript\na.wav\n")
    try write("b.tsv", "path\ttranscript\nno.wav\thello\n")
    try write("c.tsv", "\n")
    try write("d.tsv", "a.wav\thello\n")
    try write("e.jsonl", "path: a.wav\n")
    try write("f.tsv", "path\ttranscript\tstart\na.wav\thello\tx\n")
    try write("g.tsv", "path\tstm\na.wav\tno.stm\n")
    try write("h.tsv", "path\ttranscript\na.tsv\thello\n")
    let run = try eval(name)
    #expect(run.code == code)
    #expect(run.errors == "viseme: left out: \(line)\nviseme: nothing to evaluate\n")
    #expect(run.output == "")
    #expect(!FileManager.default.fileExists(atPath: folder.path("eval")))
  }

  /// A transcript beside its recording that is not UTF-8: it is named, and not the recording.
  @Test
  func transcriptsThatAreNoTextAreNamed() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("e"), withIntermediateDirectories: true)
    try copy(Fixtures.flac, as: "e/a.flac")
    try Data("fellow Americ".utf8 + [0xE4] + "ns".utf8).write(
      to: URL(filePath: folder.path("e/a.txt")))
    let run = try eval("e")
    #expect(run.code == 65)
    #expect(run.errors.contains("a.txt is not UTF-8 text\n"), "\(run.errors)")
    #expect(!run.errors.contains("a.flac is"), "\(run.errors)")
  }

  @Test(
    arguments: [
      ("none", 66, "none: cannot be read: no such file or directory"),
      ("text.json", 65, "text.json: is no report of viseme eval"),
    ] as [(String, Int32, String)])
  func reportsThatCannotBeCompared(name: String, code: Int32, line: String) throws {
    try write("text.json", "[]")
    let run = try eval("compare", name, name)
    #expect(run.code == code)
    #expect(run.errors == "viseme: \(line)\n")
  }

  @Test(
    .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
    .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
  func aRunThatLeavesSomeOutGoesOnLaterAndIsComparedWithAnother() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("in"), withIntermediateDirectories: false)
    try copy(Fixtures.flac, as: "in/noise.flac")
    try copy(Fixtures.video, as: "in/video.mp4")
    try write("in/noise.txt", "")
    try write("in/video.txt", "Nobody says this.")
    try write("in/other.txt", "hello")
    try write("in/other.mp4", "no recording")
    let silent = ["-f", "lavfi", "-i", "anullsrc=r=16000", "-t", "2"]
    try Fixtures.shell(["ffmpeg", "-v", "error"] + silent + [folder.path("silent.wav")])
    let run = try eval("in", "--noise", "white,silent.wav", "--snr", "-5,clean", "--save-audio")
    #expect(run.code == 65)
    let lines = run.errors.split(separator: "\n")
    #expect(
      lines.prefix(2) == [
        "viseme: left out: in/other.mp4: other.mp4: is not a recording in any known format",
        "viseme: left out: --noise: no noise 'silent': silent.wav is silent",
      ])
    #expect(lines.contains { $0.hasPrefix("viseme: 1 empty transcript: ") })
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("eval"))
    // An FFmpeg without librsvg draws no PNG, and says so.
    let picture = files.contains("wer.png") ? ["wer.png"] : []
    let written = ["report.json", "report.md", "wer.svg"] + picture + ["errors.html"]
    #expect(lines.last == "viseme: wrote \(written.map { "eval/\($0)" }.joined(separator: ", "))")
    #expect(lines.contains { $0.contains("wer.png left out") } == picture.isEmpty)
    // Nobody speaks in either: all three words are missing.
    let row = run.output.split(separator: "\n").last?.split(separator: " ") ?? []
    #expect(row == ["audio", "white", "100.0", "(100.0–100.0)", "100.0", "(100.0–100.0)"])
    #expect(
      Set(files).isSuperset(of: [
        "audio", "cells", "errors.html", "report.json", "report.md", "wer.svg",
      ]))
    let report = try String(contentsOfFile: folder.path("eval/report.md"), encoding: .utf8)
    #expect(report.contains("| --noise | no noise 'silent': silent.wav is silent |"))

    let again = try eval("in", "--noise", "white", "--snr", "clean,-5,0", "--normaliser", "both")
    #expect(again.errors.contains("viseme: 4 of 6 hearings were there from an earlier run\n"))
    #expect(again.output.contains("normalisation: plain\n"))
    let other = try eval("in", "--seed", "2")
    #expect(other.code == 73)
    #expect(
      other.errors.hasSuffix("viseme: eval/report.json exists already; --force replaces it\n"))
    let second = try eval("in", "--seed", "2", "--noise", "white", "--snr", "-5", "-d", "second")
    #expect(second.code == 65)
    let comparison = try eval("compare", "eval", "second")
    #expect(comparison.code == 0)
    #expect(comparison.output.contains("A: eval\nB: second\n"))
    #expect(comparison.output.contains("Only in A: audio, clean; audio, white, 0 dB."))
  }

  @Test(.enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
  func anInterruptedRunGoesOnWhereItWas() throws {
    let meeting = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "samples/meeting.mp4").path
    let count = 10
    let entries = (0..<count).map { "\(meeting)\twords\t\(5 + 5 * $0)\t\(15 + 5 * $0)" }
    try write(
      "list.tsv", (["path\ttranscript\tstart\tend"] + entries).joined(separator: "\n"))
    let process = CommandRun.process(
      [
        CommandRun.program.path, "eval", "list.tsv", "--noise", "pink", "--snr", "20,15,10", "-t",
        "1",
      ])
    process.arguments = ["--default-signal=INT,TERM"] + (process.arguments ?? [])
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let journals = { () -> Int in
      let cells = folder.path("eval/cells")
      let names = try? FileManager.default.contentsOfDirectory(atPath: cells)
      return (names ?? []).reduce(0) { sum, name in
        let text = try? String(contentsOfFile: "\(cells)/\(name)", encoding: .utf8)
        return sum + max(0, (text ?? "").count { $0 == "\n" } - 1)
      }
    }
    while journals() < 3, process.isRunning { usleep(10_000) }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    let kept = journals()
    let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    #expect(process.terminationStatus == 130)
    #expect(text.hasSuffix("viseme: interrupted; the same command goes on where it was\n"))
    #expect((3..<3 * count).contains(kept))
    #expect(!FileManager.default.fileExists(atPath: folder.path("eval/report.json")))
    let run = try eval("list.tsv", "--noise", "pink", "--snr", "20,15,10")
    #expect(run.code == 0)
    #expect(run.errors.contains("viseme: \(kept) of \(3 * count) hearings were there"))
  }
}
