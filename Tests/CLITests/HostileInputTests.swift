import Foundation
import Testing

/// Lists, state and names from outside that mean harm: one short line, a documented exit status, and an end
/// in time.
@Suite("Hostile input", .timeLimit(.minutes(5)))
struct HostileInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
  }

  /// Runs the program, which has 30 seconds.
  private func run(_ words: [String]) throws -> CommandRun {
    try CommandRun(words, in: folder.url, wrapper: ["timeout", "30"])
  }

  private func expectLine(_ words: [String], _ code: Int32, _ part: String) throws {
    let run = try run(words)
    #expect(run.code == code, "\(words): \(run.errors)")
    #expect(run.errors.contains(part), "\(words): \(run.errors)")
    #expect(run.errors.utf8.count <= 1000)
    // An evaluation adds that nothing is left.
    #expect(run.errors.split(separator: "\n").count <= (words[0] == "eval" ? 2 : 1))
  }

  @Test func whatHasNoEndIsNoList() throws {
    let cause = "it is no file, but a device or the like"
    symlink("/dev/zero", folder.path("m.tsv"))
    try expectLine(["batch", "--manifest", "m.tsv", "-q"], 65, cause)
    try expectLine(["batch", "merge", "m.tsv"], 65, cause)
    try expectLine(["eval", "m.tsv", "-q"], 65, cause)
    try expectLine(["transcribe", "a", "--context-file", "m.tsv"], 64, cause)
  }

  @Test func aLineHasAnEnd() throws {
    let long = String(repeating: "x", count: 5 << 20)
    try write("m.tsv", "path\ttranscript\n\(long)\tword\n")
    try expectLine(["batch", "--manifest", "m.tsv", "-q"], 65, "m.tsv:2: is longer than any entry")
    try expectLine(["eval", "m.tsv", "-q"], 65, "m.tsv, line 2: is longer than any entry")
    try expectLine(["probe", String(repeating: "x/", count: 3000)], 66, "/.../")
  }

  /// JSON may write marks as escapes, which are ASCII.
  @Test func aLetterHasFewMarks() throws {
    let marks = String(repeating: #"\u0301\u0316"#, count: 100_000)
    try write("m.jsonl", #"{"path": "a.wav", "text": "e\#(marks)"}"#)
    try expectLine(["batch", "--manifest", "m.jsonl", "-q"], 65, "m.jsonl:1: ")
    try expectLine(["eval", "m.jsonl", "-q"], 65, "m.jsonl, line 1: ")
    try write("r.jsonl", #"{"input": "e\#(marks)", "status": "done"}"#)
    try expectLine(["batch", "merge", "r.jsonl"], 65, "r.jsonl: is no report of a batch")
  }

  @Test func numbersHaveRanges() throws {
    try write("m.tsv", "path\ttranscript\tstart\na.wav\tword\t1e18\n")
    try expectLine(["batch", "--manifest", "m.tsv", "-q"], 65, "1e18")
    try expectLine(["eval", "m.tsv", "-q"], 65, "1e18")
    let line = #""status": "done", "model": "m", "program": "p", "finished": "2026", "words": "#
    try write(
      "r.jsonl", #"{"input": "a", \#(line)\#(Int.max)}"# + "\n" + #"{"input": "b", \#(line)9}"#)
    let merged = try run(["batch", "merge", "r.jsonl"])
    #expect(merged.code == 0 && merged.errors.contains("\(Int.max)"), "\(merged)")
  }

  @Test func textFromOutsideTurnsNoLine() throws {
    try expectLine(["probe", "a\u{202E}gpj.wav"], 66, #"a\u{202e}gpj.wav"#)
    try expectLine(["probe", "a\u{1B}[2J\n.wav"], 66, #"a\u{1b}[2J\u{a}.wav"#)
  }
}

/// Those that need a recording and the models.
@Suite(
  "Hostile state", .timeLimit(.minutes(5)),
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct HostileStateTests {
  private let folder: TemporaryFolder
  private let batch = ["batch", "a.flac", "--output-dir", "o", "-q", "-t", "1", "--lease", "5"]

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: try Fixtures.flac.get().path, toPath: folder.path("a.flac"))
    try FileManager.default.createDirectory(
      atPath: folder.path("o/.viseme/work"), withIntermediateDirectories: true)
  }

  /// A date that no 64 bits of nanoseconds hold, and a claim that says nothing.
  @Test func aBatchComesToItsEnd() throws {
    try Fixtures.shell(["touch", "-d", "@9223372037", folder.path("a.flac")])
    #expect(
      FileManager.default.createFile(atPath: folder.path("o/.viseme/work/a.claim"), contents: nil))
    let run = try CommandRun(batch, in: folder.url, wrapper: ["timeout", "60"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("o/.viseme/work")) == [])
  }

  /// Weights that are whole by their checksums, but no numbers.
  @Test func weightsOfNoUseAreToldByName() throws {
    let source = URL(filePath: try #require(Fixtures.models))
    let models = folder.url.appending(path: "m")
    try FileManager.default.copyItem(at: source, to: models)
    let file = models.appending(path: "silero-vad/model.safetensors")
    let header = Data(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    try (length + header + Data(count: 4)).write(to: file)
    let sum = try Fixtures.shell(["sha256sum", file.path]).prefix(64)
    let manifest = #"{"name": "silero-vad", "version": "1", "licence": "", "source": "", "files": "#
    let entry =
      #"[{"name": "model.safetensors", "bytes": \#(header.count + 12), "sha256": "\#(sum)"}]}"#
    try Data((manifest + entry).utf8).write(to: models.appending(path: "silero-vad/manifest.json"))
    let run = try CommandRun(
      ["transcribe", "a.flac", "-q", "-o", "-", "-f", "srt", "--models", "m"], in: folder.url)
    #expect(run.code == 69, "\(run.errors)")
    #expect(
      run.errors.hasPrefix("viseme: this viseme cannot use the weights of model silero-vad; "),
      "\(run.errors)")
  }
}
