import Foundation
import Testing

/// Where transcripts go, and what happens when they cannot.
@Suite(
  "Outputs", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct OutputTests {
  /// A folder with a recording that holds no speech.
  private func folder(_ names: String...) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      try Data(contentsOf: Fixtures.flac.get()).write(to: URL(filePath: folder.path(name)))
    }
    return folder
  }

  @Test
  func subtitlesLieBesideTheRecordingAndAreKept() throws {
    let folder = try folder("a.flac")
    let first = try CommandRun(["transcribe", "a.flac"], in: folder.url)
    #expect(first.code == 0)
    #expect(
      first.errors == "viseme: a.flac: no speech was found\nviseme: wrote a.srt, a.vtt\n")
    #expect(try folder.names() == ["a.flac", "a.srt", "a.vtt"])
    let vtt = try String(contentsOfFile: folder.path("a.vtt"), encoding: .utf8)
    #expect(vtt.hasPrefix("WEBVTT"))
    let second = try CommandRun(["transcribe", "a.flac"], in: folder.url)
    #expect(second.code == 73)
    #expect(second.errors == "viseme: a.srt exists already; --force replaces it\n")
    let third = try CommandRun(["transcribe", "a.flac", "--force", "--quiet"], in: folder.url)
    #expect(third.code == 0)
    #expect(third.output + third.errors == "")
  }

  @Test
  func formatsAndFoldersAreAsAsked() throws {
    let folder = try folder("a.flac")
    let run = try CommandRun(
      ["transcribe", "a.flac", "-f", "json,txt", "--output-dir", "x/y"], in: folder.url)
    #expect(run.code == 0)
    #expect(run.output == "")
    #expect(
      run.errors == "viseme: a.flac: no speech was found\nviseme: wrote x/y/a.json, x/y/a.txt\n")
    let json = try Data(contentsOf: URL(filePath: folder.path("x/y/a.json")))
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: json) }
  }

  @Test
  func standardInputAndOutputWork() throws {
    let run = try CommandRun(
      ["transcribe", "-", "-o", "-", "-f", "vtt"], input: Fixtures.flac.get())
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("WEBVTT"))
    #expect(run.errors == "viseme: standard input: no speech was found\n")
  }

  @Test
  func aBadRecordingDoesNotStopTheRest() throws {
    let folder = try folder("a.flac", "c.flac")
    let run = try CommandRun(
      ["transcribe", "a.flac", "gone.flac", ".", "c.flac", "-f", "srt"], in: folder.url)
    #expect(run.code == 66)
    #expect(
      run.errors.split(separator: "\n") == [
        "viseme: a.flac: no speech was found", "viseme: wrote a.srt",
        "viseme: gone.flac: no such file", "viseme: .: is a directory, not a recording",
        "viseme: c.flac: no speech was found", "viseme: wrote c.srt",
      ])
  }

  @Test
  func verboseTellsTheTimeOfEachStage() throws {
    let run = try CommandRun(["transcribe", "-v", "-o", "-", Fixtures.flac.get().path])
    #expect(run.code == 0)
    for word in ["audio", "RTF", "peak memory", "stage"] { #expect(run.errors.contains(word)) }
  }

  @Test
  func whatCanBeReadOfADamagedRecordingIsTranscribed() throws {
    let folder = try TemporaryFolder()
    var whole = try Data(contentsOf: Fixtures.matroska.get())
    let middle = whole.count / 2
    whole.replaceSubrange(middle..<middle + 30_000, with: Data(count: 30_000))
    try whole.write(to: URL(filePath: folder.path("corrupt.mka")))
    let run = try CommandRun(["transcribe", "corrupt.mka", "-f", "json"], in: folder.url)
    #expect(run.code == 0)
    #expect(run.errors.contains(/viseme: corrupt\.mka: \d+ corrupt packets? skipped\n/))
    let json = try String(contentsOfFile: folder.path("corrupt.json"), encoding: .utf8)
    #expect(json.contains(/corrupt packets? skipped/))
  }

  @Test
  func aTruncatedRecordingIsTranscribedAsFarAsItGoes() throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: Fixtures.indexFirst.get())
    try whole.prefix(whole.count * 6 / 10).write(to: URL(filePath: folder.path("cut.mp4")))
    let run = try CommandRun(["transcribe", "cut.mp4", "-f", "json"], in: folder.url)
    #expect(run.code == 0)
    #expect(
      run.errors.contains(
        /viseme: cut\.mp4: the file is truncated: transcribed up to 0:1\d of 0:20\n/))
  }

  @Test
  func aStartAfterTheEndIsSaid() throws {
    let path = try Fixtures.flac.get().path
    let run = try CommandRun(["transcribe", path, "--start", "1:00", "-o", "-"])
    #expect(run.code == 0)
    #expect(run.errors == "viseme: \(path): --start 1:00 is after its end (0:20)\n")
  }

  @Test
  func aClosedStandardOutputHarmsNoFile() throws {
    let folder = try folder("a.flac")
    let before = try Data(contentsOf: URL(filePath: folder.path("a.flac")))
    let script = "exec \"$0\" transcribe a.flac -f json,srt <&- >&- 2>&-"
    let process = CommandRun.process(["sh", "-c", script, CommandRun.program.path])
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try folder.names() == ["a.flac", "a.json", "a.srt"])
    #expect(try Data(contentsOf: URL(filePath: folder.path("a.flac"))) == before)
  }

  @Test
  func aFullDeviceIsAnError() throws {
    let run = try CommandRun(
      ["transcribe", Fixtures.flac.get().path, "-f", "json", "-o", "/dev/full"])
    #expect(run.code == 74)
    #expect(run.errors == "viseme: /dev/full was not written: no space left on the disk\n")
    let path = try CommandRun(["transcribe", Fixtures.flac.get().path, "-o", "/dev/null/a.srt"])
    #expect(path.code == 73)
    #expect(path.errors == "viseme: /dev/null/a.srt cannot be created: not a directory\n")
  }

  /// Whether a small file system can be mounted here, as root in most containers cannot.
  private static let canMount: Bool = {
    guard getuid() == 0, let folder = try? TemporaryFolder(),
      (try? Fixtures.shell(["mount", "-t", "tmpfs", "none", folder.url.path])) != nil
    else { return false }
    return (try? Fixtures.shell(["umount", folder.url.path])) != nil
  }()

  @Test(.enabled(if: canMount, "no tmpfs can be mounted here"))
  func aFullDiskIsAnErrorAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    try Fixtures.shell(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder.url.path])
    defer { _ = try? Fixtures.shell(["umount", folder.url.path]) }
    _ = try? Fixtures.shell(["dd", "if=/dev/zero", "of=\(folder.path("filler"))", "bs=4k"])
    let input = try Fixtures.flac.get().path
    let run = try CommandRun(
      ["transcribe", input, "-f", "json,vtt", "--output-dir", folder.url.path])
    #expect(run.code == 74)
    #expect(
      run.errors.contains(
        /^viseme: .*\/sound\.(json|vtt) was not written: no space left on the disk\n$/))
    #expect(try folder.names() == ["filler"])
  }
}
