import Foundation
import Testing

/// Recordings of which no words come: what a user is told.
@Suite(
  "Recordings without speech",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct NoSpeechTests {
  private static let silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "samples/meeting.mp4").path

  private func notes(_ recording: URL, _ more: String...) throws -> (notes: [String], code: Int32) {
    struct Transcript: Decodable { let notes: [String] }
    let run = try CommandRun(["transcribe", "-o", "-", "-f", "json"] + more + [recording.path])
    let notes = try JSONDecoder().decode(Transcript.self, from: Data(run.output.utf8)).notes
    #expect(run.errors == notes.map { "viseme: \(recording.path): \($0)\n" }.joined())
    return (notes, run.code)
  }

  @Test
  func digitalSilenceIsNamedAndSoIsAnotherTrack() throws {
    let screen = try Fixtures.ffmpeg(
      "screen.mkv",
      Self.silence + ["-i", Self.sample, "-map", "0:a", "-map", "1:a", "-t", "8", "-c:a", "flac"])
    let (notes, code) = try notes(screen, "-a", "1")
    #expect(
      notes == [
        "no speech was found: the sound is digital silence; audio track 2 carries sound "
          + "(--audio-track 2)"
      ])
    #expect(code == 0)
    #expect(try self.notes(screen, "-a", "2").notes == [])
    #expect(try self.notes(screen, "-a", "all").notes == [])
  }

  @Test
  func howQuietItIsIsSaid() throws {
    let hiss = try Fixtures.ffmpeg(
      "hiss.flac",
      ["-f", "lavfi", "-i", "anoisesrc=d=3:a=0.001:seed=2:r=16000", "-sample_fmt", "s32"])
    #expect(
      try notes(hiss).notes == [
        "no speech was found: the sound is very quiet (-65 dBFS at its loudest)"
      ])
  }

  /// Speech of -67 dB of full scale, as a recorder with its gain at the stop writes it.
  @Test
  func veryQuietSpeechIsRaised() throws {
    let options = ["-i", Self.sample, "-ss", "5", "-t", "6", "-map", "0:a", "-ac", "1"]
    let plain = try Fixtures.ffmpeg("loud.wav", options + ["-c:a", "pcm_f32le"])
    let quiet = try Fixtures.ffmpeg(
      "faint.wav", options + ["-af", "volume=-50dB", "-c:a", "pcm_f32le"])
    let run = try CommandRun(["transcribe", "-o", "-", quiet.path])
    #expect(run.output == (try CommandRun(["transcribe", "-o", "-", plain.path]).output))
    #expect(run.output.hasPrefix("Good morning"))
    #expect(run.errors.contains("raised, words may be missing"))
  }

  @Test
  func aBatchTellsInItsReportAndItsTable() throws {
    let folder = try TemporaryFolder()
    let still = try Fixtures.ffmpeg("still.wav", Self.silence + ["-t", "2"])
    try FileManager.default.copyItem(at: still, to: URL(filePath: folder.path("a.wav")))
    let run = try CommandRun(["batch", ".", "-f", "txt"], in: folder.url)
    let note = "no speech was found: the sound is digital silence"
    #expect(run.code == 0)
    #expect(run.errors.contains(": \(note)\n") || run.errors.contains("; \(note)\n"))
    #expect(run.errors.contains("  with notes     1\n"))
    #expect(run.errors.hasSuffix("    ./a.wav: \(note)\n"))
    let report = try String(contentsOfFile: folder.path("report.jsonl"), encoding: .utf8)
    #expect(report.contains("\"notes\":[\"\(note)\"]"))
  }
}

/// Names of files that are not UTF-8, as old archives have them.
@Suite(
  "File names of any bytes",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct FileNameTests {
  @Test
  func theyAreOpenedReportedAndWrittenAsBytes() throws {
    let folder = try TemporaryFolder()
    let script = """
      name=$(printf 'M\\344rz'); mkdir in; cp "$1" "in/$name.flac"; cp "$1" in/ok.flac
      "$2" batch in --output-dir out -q -t 1 -f txt || exit 1
      grep -q 'in/M\\\\\\\\xe4rz.flac' out/report.jsonl || exit 2
      [ "$(wc -l < out/report.jsonl)" = 2 ] || exit 3
      [ -e "out/$name.txt" ] || exit 4
      "$2" batch in --output-dir out -f txt 2>&1 | grep -q 'done before    2' || exit 5
      "$2" transcribe -f json "in/$name.flac" 2>&1 | grep -q 'wrote in/M.xe4rz.json' || exit 6
      grep -q '"file": "M\\\\\\\\xe4rz.flac"' "in/$name.json" || exit 7
      "$2" transcribe -f srt -o "$name.srt" "in/$name.flac" -q && [ -e "$name.srt" ] || exit 8
      "$2" probe "in/$name.flac" | grep -q 'M.xe4rz.flac' || exit 9
      echo hello > "in/$name.txt"; "$2" eval in -d scores -q; [ -e scores/report.json ] || exit 10
      "$2" transcribe "gone-$name" 2>&1 | grep -q 'gone-M.xe4rz: no such file' || exit 11
      """
    let process = CommandRun.process(
      ["sh", "-c", script, "sh", try Fixtures.flac.get().path, CommandRun.program.path])
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
