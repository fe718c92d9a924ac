import Foundation
import Testing

/// Pictures in which there are no lips to read: what is said is transcribed from the audio, and one line tells why.
@Suite(
  "Pictures", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct PictureTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let meeting = root.appending(path: "samples/meeting.mp4").path
  private static let grid = root.deletingLastPathComponent().appending(path: "shared/data/grid")
  private static let hasGrid = FileManager.default.isReadableFile(atPath: grid.path)

  /// Six seconds of clear speech.
  private static let speech = ["-ss", "5", "-t", "6", "-i", meeting]
  /// Noise in which lips are asked for, and its mixture with speech before it.
  private static let noise = ["-f", "lavfi", "-i", "anoisesrc=d=6:a=0.5:seed=3:c=pink"]
  private static let mixed = ["-filter_complex", "[0:a][1:a]amix=inputs=2[a]", "-map", "[a]"]

  struct Blind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let line: String
    let make: @Sendable (String) throws -> URL

    init(_ description: String, _ line: String, make: @escaping @Sendable (String) throws -> URL) {
      testDescription = description
      self.line = line
      self.make = make
    }

    /// The picture is a source of FFmpeg's.
    init(_ description: String, source: String, _ options: [String] = []) {
      self.init(description, "no face was seen: transcribed from the audio") { name in
        try Fixtures.ffmpeg(
          name + ".mkv",
          speech + ["-f", "lavfi", "-i", source, "-map", "0:a", "-map", "1:v", "-c:v", "mpeg4"]
            + options)
      }
    }
  }

  static let blind = [
    Blind("black pictures", source: "color=black:s=320x240:d=6"),
    Blind("a shared screen, 1 picture a second", source: "testsrc=s=640x360:r=1:d=6"),
    Blind("60 pictures a second", source: "testsrc=s=320x180:r=60:d=6"),
    Blind("upright", source: "testsrc=s=180x320:d=6"),
    Blind("shorter than the sound", source: "testsrc=s=320x180:d=0.5"),
    Blind("corrupt packets", "the picture is damaged and shows no face: transcribed from the audio")
    {
      name in
      let source = ["-f", "lavfi", "-i", "testsrc=s=320x180:d=6", "-map", "0:a", "-map", "1:v"]
      return try Fixtures.ffmpeg(
        name + ".mkv", speech + source + ["-c:v", "mpeg4", "-bsf:v", "noise=amount=200"])
    },
    Blind("changing size", "no face was seen: transcribed from the audio") { name in
      let parts = try [(0, "320x180"), (3, "180x320")].map { start, size in
        try Fixtures.ffmpeg(
          "\(name)-\(size).ts",
          ["-ss", "\(5 + start)", "-t", "3", "-i", meeting, "-f", "lavfi", "-i"]
            + ["testsrc=s=\(size):d=3", "-map", "0:a", "-map", "1:v", "-c:v", "mpeg2video"]
            + ["-output_ts_offset", "\(start)"])
      }
      let whole = parts[0].deletingLastPathComponent().appending(path: name + ".ts")
      try parts.map { try Data(contentsOf: $0) }.reduce(Data(), +).write(to: whole)
      return whole
    },
    Blind(
      "unknown codec",
      "the picture is in a codec that this FFmpeg does not know: transcribed from the audio"
    ) { name in
      let known = try Fixtures.ffmpeg(
        name + "-known.mkv",
        speech + ["-f", "lavfi", "-i", "testsrc=s=320x180:d=6", "-map", "0:a", "-map", "1:v"]
          + ["-c:v", "vp8"])
      var bytes = try Data(contentsOf: known)
      let codec = try #require(bytes.range(of: Data("V_VP8".utf8)))
      bytes.replaceSubrange(codec, with: Data("V_XYZ".utf8))
      let unknown = known.deletingLastPathComponent().appending(path: name + ".mkv")
      try bytes.write(to: unknown)
      return unknown
    },
  ]

  @Test(arguments: blind.indices)
  func oneLineSaysWhyThereAreNoLips(index: Int) throws {
    let file = try Self.blind[index].make("blind-\(index)")
    let run = try CommandRun(["transcribe", "--lips", "always", "-o", "-", file.path])
    let deaf = try CommandRun(["transcribe", "--lips", "never", "-o", "-", file.path])
    #expect(run.code == 0)
    #expect(run.output == deaf.output && run.output.count > 20)
    #expect(deaf.errors == "")
    #expect(run.errors == "viseme: \(file.path): \(Self.blind[index].line)\n")
    let quiet = try CommandRun(["transcribe", "-q", "--lips", "always", "-o", "-", file.path])
    #expect(quiet.errors == "")
  }

  @Test
  func onlyWhoLooksTells() throws {
    let source = ["-f", "lavfi", "-i", "testsrc=s=320x180:d=6"]
    let clean = try Fixtures.ffmpeg(
      "clean.mkv", Self.speech + source + ["-map", "0:a", "-map", "1:v"])
    #expect(try CommandRun(["transcribe", "-o", "-", clean.path]).errors == "")
    let noisy = try Fixtures.ffmpeg(
      "noisy.mkv", Self.speech + Self.noise + source + Self.mixed + ["-map", "2:v"])
    let line = "no face was seen where the sound is noisy: transcribed from the audio"
    let run = try CommandRun(["transcribe", "-o", "-", "-f", "json", noisy.path])
    #expect(run.errors == "viseme: \(noisy.path): \(line)\n")
    #expect(run.output.hasSuffix("\"notes\": [\"\(line)\"]\n}\n"))
    let heard = try Fixtures.ffmpeg("noisy.wav", Self.speech + Self.noise + Self.mixed)
    #expect(try CommandRun(["transcribe", "-o", "-", heard.path]).errors == "")
  }

  @Test
  func aBatchTellsInItsReport() throws {
    let file = try Self.blind[0].make("blind-batch")
    let folder = try TemporaryFolder()
    let run = try CommandRun(
      ["batch", "--lips", "always", "--output-dir", folder.url.path, file.path])
    #expect(run.code == 0)
    let report = try String(contentsOfFile: folder.path("report.jsonl"), encoding: .utf8)
    #expect(report.contains(Self.blind[0].line))
  }

  @Test
  func aPipeShowsNoPicture() throws {
    let file = try Self.blind[0].make("blind-pipe")
    let script = "cat \"$1\" | \"$0\" transcribe --lips always -o - - 2>&1 >/dev/null"
    let errors = try Fixtures.shell(["sh", "-c", script, CommandRun.program.path, file.path])
    #expect(
      errors
        == "viseme: standard input: the picture of a pipe cannot be looked at: "
        + "transcribed from the audio\n")
  }

  @Test(.enabled(if: hasGrid, "needs ../shared/data/grid"))
  func strangersAreTold() throws {
    let file = Self.grid.appending(path: "s2")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: file.path).first)
    let path = file.appending(path: name).path
    let run = try CommandRun(["transcribe", "--lips", "always", "-o", "-", path])
    #expect(
      run.errors
        == "viseme: \(path): no face seen is known to the lip model: words from the audio, "
        + "faces by how lips and sound agree\n")
  }

  /// The known face, its picture `late` seconds behind its sound.
  @Test(
    .enabled(if: hasGrid, "needs ../shared/data/grid"),
    arguments: [(0.0, ""), (0.2, "later"), (-0.16, "earlier")])
  func aPictureBesideItsSoundIsTold(late: Double, side: String) throws {
    let names = ["bbaf2n", "bbaf3s", "bbaf5a", "bbal7s"]
    let clips = names.map { Self.grid.appending(path: "s1/\($0).mkv").path }
    let inputs = clips.flatMap { ["-i", $0] }
    let joined = clips.indices.map { "[\($0):v][\($0):a]" }.joined()
    let (video, audio) = late < 0 ? (0, -late) : (late, 0)
    let file = try Fixtures.ffmpeg(
      "late\(late).mkv",
      inputs + [
        "-filter_complex",
        "\(joined)concat=n=\(clips.count):v=1:a=1[v][a];"
          + "[v]setpts=PTS+\(video)/TB[w];[a]asetpts=PTS+\(audio)/TB[b]",
        "-map", "[w]", "-map", "[b]", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "flac",
      ])
    let run = try CommandRun(["transcribe", "--lips", "always", "-o", "-", file.path])
    guard late != 0 else {
      #expect(run.errors == "")
      return
    }
    let told = try #require(
      run.errors.firstMatch(of: /: the picture is (\d+) ms (later|earlier) than the sound/))
    #expect(told.2 == side)
    #expect(abs(try #require(Double(told.1)) - abs(late) * 1000) <= 40)
    #expect(run.errors.split(separator: "\n").count == 1)
  }
}
