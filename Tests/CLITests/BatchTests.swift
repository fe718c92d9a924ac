import Foundation
import Testing

/// `viseme batch` as a user runs it.
@Suite(
  "Batch", .timeLimit(.minutes(10)), .serialized,
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct BatchTests {
  private let folder: TemporaryFolder
  private let input: String
  private let output: String

  init() throws {
    folder = try TemporaryFolder()
    input = folder.path("in")
    output = folder.path("out")
    try FileManager.default.createDirectory(atPath: input, withIntermediateDirectories: true)
  }

  private func batch(_ more: [String] = []) throws -> CommandRun {
    try CommandRun(["batch", input, "--output-dir", output, "--format", "json,srt"] + more)
  }

  private func put(_ source: Result<URL, any Error>, _ name: String) throws {
    try FileManager.default.copyItem(atPath: try source.get().path, toPath: "\(input)/\(name)")
  }

  /// Every file below the outputs' folder but reports, with its content.
  private func outputs() throws -> [String: Data] {
    var files: [String: Data] = [:]
    guard FileManager.default.fileExists(atPath: output) else { return [:] }
    for name in try FileManager.default.subpathsOfDirectory(atPath: output)
    where !name.contains("report") && !name.contains(".viseme") {
      files[name] = FileManager.default.contents(atPath: "\(output)/\(name)")
    }
    return files
  }

  /// What lies in the folders of work: nothing, unless somebody works.
  private func leftovers() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: output).filter { $0.contains("/work/") }
  }

  @Test
  func outputsAreThoseOfTranscribe() throws {
    try put(Fixtures.flac, "a.flac")
    try put(Fixtures.video, "b.mp4")
    try put(Fixtures.twoTracks, "c.mkv")
    #expect(try batch().code == 0)
    let alone = try CommandRun(
      ["transcribe", "\(input)/a.flac", "\(input)/b.mp4", "\(input)/c.mkv", "--format", "json,srt"]
        + ["--output-dir", folder.path("alone")])
    #expect(alone.code == 0)
    let outputs = try outputs()
    #expect(outputs.count == 6)
    for (name, data) in outputs {
      #expect(FileManager.default.contents(atPath: folder.path("alone/\(name)")) == data, "\(name)")
    }
    let again = try batch()
    #expect(again.code == 0)
    #expect(again.errors.hasPrefix("viseme: nothing to do:\n"))
    #expect(try self.outputs() == outputs)
  }

  static let badInputs: [(String, String, String)] = [
    ("empty.wav", "", "empty"), ("text.mp4", "Minutes of a meeting.\n", "not_a_recording"),
    ("list.m4a", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nx.ts\n", "refused_format"),
    ("script.mkv", "ffconcat version 1.0\nfile other.mp4\n", "refused_format"),
    ("zip.mp3", "PK\u{3}\u{4}", "not_a_recording"),
  ]

  @Test
  func badFilesAreReportedAndTheRestGoesOn() throws {
    try put(Fixtures.flac, "good.flac")
    try put(Fixtures.picture, "picture.mp4")
    for (name, text, _) in Self.badInputs {
      try Data(text.utf8).write(to: URL(filePath: "\(input)/\(name)"))
    }
    let whole = try Data(contentsOf: try Fixtures.video.get())
    try whole.prefix(whole.count / 2).write(to: URL(filePath: "\(input)/cut.mp4"))
    let run = try batch()
    #expect(run.code == 65)
    let report = try String(contentsOfFile: "\(output)/report.jsonl", encoding: .utf8)
    let lines = report.split(separator: "\n")
    #expect(lines.count == 8)
    let kinds =
      Self.badInputs.map { ($0.0, $0.2) } + [("picture.mp4", "no_audio"), ("cut.mp4", "no_index")]
    for (name, kind) in kinds {
      let line = lines.first { $0.contains("/\(name)\"") }
      #expect(line?.contains("\"error\":\"\(kind)\"") == true, "\(name)")
      #expect(run.errors.contains("/\(name): "), "\(name)")
    }
    #expect(try outputs().keys.sorted() == ["good.json", "good.srt"])
    #expect(try batch().code == 65)
    #expect(try CommandRun(["batch", "merge", output]).code == 65)
  }

  @Test
  func entriesThatAreNoFilesAreReported() throws {
    try put(Fixtures.twoTracks, "two.mkv")
    mkfifo("\(input)/pipe.wav", 0o600)
    let list = """
      path\ttrack\tstart\tend\toutput
      two.mkv\t2\t\t\tsecond
      two.mkv\t9\t\t\tninth
      two.mkv\t1\t5\t2\tspan
      two.mkv\t0\t\t\tzero
      two.mkv\t1\t\t\t../out
      none.mkv\t\t\t\t
      pipe.wav\t\t\t\t

      """
    try Data(list.utf8).write(to: URL(filePath: "\(input)/list.tsv"))
    let run = try CommandRun(
      ["batch", "--manifest", "\(input)/list.tsv", "--output-dir", output, "-f", "txt"])
    #expect(run.code == 65)
    let report = try String(contentsOfFile: "\(output)/report.jsonl", encoding: .utf8)
    let kinds = report.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"error":"([a-z_]+)"/).map { String($0.1) }
    }
    #expect(
      kinds.sorted() == [
        "bad_manifest", "bad_manifest", "bad_manifest", "no_such_track", "not_a_file", "not_found",
      ])
    #expect(FileManager.default.fileExists(atPath: "\(output)/second.txt"))
  }

  @Test
  func nothingInThereIsSaid() throws {
    try Data("text".utf8).write(to: URL(filePath: "\(input)/notes.txt"))
    let run = try batch()
    #expect(run.code == 66)
    #expect(run.errors.hasSuffix("viseme: there is no recording in what was given\n"))
    #expect(
      try CommandRun(["batch", folder.path("none"), "--report", folder.path("r")]).code == 66)
    let mixed = [folder.path("none"), "\(input)/notes.txt", "--report", folder.path("r2")]
    #expect(try CommandRun(["batch"] + mixed).code == 65, "one of them is there")
  }

  @Test
  func shardsComeFromTheEnvironment() throws {
    try put(Fixtures.flac, "a.flac")
    try put(Fixtures.matroska, "b.mka")
    try put(Fixtures.twoTracks, "c.mkv")
    for index in 0..<2 {
      let run = try CommandRun(
        ["batch", input, "--output-dir", output, "-f", "txt", "--shard", "auto"],
        environment: ["JOB_COMPLETION_INDEX": String(index), "VISEME_SHARDS": "2"])
      #expect(run.code == 0)
    }
    let merged = try CommandRun(["batch", "merge", output, "-o", "-"])
    #expect(merged.code == 0)
    #expect(merged.output.split(separator: "\n").count == 3)
    #expect(merged.output.contains("\"shard\":\"2/2\""))
  }

  /// Starts a batch of ten recordings.
  private func start() throws -> Process {
    if try FileManager.default.contentsOfDirectory(atPath: input).isEmpty {
      for number in 0..<10 { try put(Fixtures.flac, "\(number).flac") }
    }
    return try startBatch()
  }

  private func startBatch() throws -> Process {
    let process = CommandRun.process([
      CommandRun.program.path, "batch", input, "--output-dir", output, "--format", "json,srt", "-q",
      "--jobs", "2",
    ])
    process.arguments = ["--default-signal=INT,TERM"] + (process.arguments ?? [])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test
  func killedAtAnyMomentItGoesOn() throws {
    for round in 0..<6 {
      let process = try start()
      usleep(UInt32(60_000 * (round + 1)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // What is there under its final name is complete.
      for (name, data) in try outputs() where name.hasSuffix(".json") {
        #expect((try? JSONSerialization.jsonObject(with: data)) != nil, "\(name)")
      }
    }
    #expect(try batch().code == 0)
    #expect(try leftovers() == [])
    let outputs = try outputs()
    #expect(outputs.count == 20)
    try FileManager.default.removeItem(atPath: output)
    #expect(try batch().code == 0)
    #expect(try self.outputs() == outputs)
  }

  /// A quarter of an hour of speech, stopped when some of it was read: the rest is read by the next run.
  @Test(
    .enabled(if: SharedRecording.jfk != nil, "needs ../shared/data"), arguments: [SIGKILL, SIGTERM])
  func aLongRecordingGoesOnWhereItWas(signal: Int32) throws {
    let jfk = try #require(SharedRecording.jfk)
    let long = Result {
      try Fixtures.ffmpeg(
        "long.m4a", ["-stream_loop", "80", "-i", jfk, "-ac", "1", "-c:a", "aac", "-b:a", "32k"])
    }
    try put(long, "long.m4a")
    let journal = "\(output)/.viseme/work/long.segments"
    let process = try startBatch()
    while process.isRunning, FileManager.default.contents(atPath: journal)?.count ?? 0 < 20_000 {
      usleep(2_000)
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == (signal == SIGKILL ? SIGKILL : 130))
    #expect(try leftovers().contains { $0.hasSuffix("long.segments") })
    #expect(try outputs().isEmpty)
    let run = try batch()
    #expect(run.code == 0)
    #expect(run.errors.contains(" read before\n"))
    let report = try String(contentsOfFile: "\(output)/report.jsonl", encoding: .utf8)
    let resumed = try #require(report.firstMatch(of: /"resumed":([0-9.]+)/))
    #expect(try 20...870 ~= #require(Double(resumed.1)))
    #expect(try leftovers() == [])
    let outputs = try outputs()
    #expect(outputs.count == 2)
    try FileManager.default.removeItem(atPath: output)
    #expect(try batch().code == 0)
    #expect(try self.outputs() == outputs)
    #expect(
      try !String(contentsOfFile: "\(output)/report.jsonl", encoding: .utf8).contains("resumed"))
  }

  @Test
  func aSignalEndsItCleanly() throws {
    let process = try start()
    while process.isRunning,
      !FileManager.default.fileExists(atPath: "\(output)/.viseme/work")
    {
      usleep(5_000)
    }
    let begin = DispatchTime.now().uptimeNanoseconds
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(DispatchTime.now().uptimeNanoseconds - begin < 5_000_000_000)
    #expect(try leftovers() == [])
    #expect(try batch().code == 0)
    #expect(try outputs().count == 20)
  }
}

/// The President's eleven seconds; nil when absent.
private enum SharedRecording {
  static let jfk: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appending(path: "shared/data/jfk.flac").path
    return FileManager.default.isReadableFile(atPath: path) ? path : nil
  }()
}
