import Foundation
import Testing

/// Recordings and places that cannot be used: one line on standard error, the exit code, and
/// nothing left behind.
@Suite(
  "Bad input", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"))
struct BadInputTests {
  struct BadInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let name: String
    let code: Int32
    let line: String
    /// Makes the input; nil when there is none.
    let make: (@Sendable (URL) throws -> Void)?

    init(
      _ description: String, _ name: String, _ code: Int32, _ line: String,
      make: (@Sendable (URL) throws -> Void)? = nil
    ) {
      testDescription = description
      self.name = name
      self.code = code
      self.line = line
      self.make = make
    }
  }

  static let inputs = [
    BadInput("missing file", "a.mp4", 66, "no such file"),
    BadInput("folder that is a file", "a.mp4/b", 66, "no such file"),
    BadInput("directory", "a", 66, "is a directory, not a recording") {
      try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: false)
    },
    BadInput("device", "/dev/null", 65, "is a device or a socket, not a recording"),
    BadInput("empty file", "a.mp4", 65, "is empty") { try Data().write(to: $0) },
    BadInput("random bytes", "a.bin", 65, "is not a recording in any known format") {
      // A linear congruential generator: the same bytes in every run.
      var state: UInt32 = 1
      let bytes = (0..<50_000).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      }
      try Data(bytes).write(to: $0)
    },
    BadInput("text named .mp4", "a.mp4", 65, "is not a recording in any known format") {
      try Data(String(repeating: "Minutes of the meeting.\n", count: 99).utf8).write(to: $0)
    },
    BadInput(
      "playlist", "a.m3u8", 65,
      "is refused: hls refers to other files; give the recording itself"
    ) {
      try Data("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nv.mp4\n#EXT-X-ENDLIST\n".utf8)
        .write(to: $0)
    },
    BadInput(
      "truncated mp4 without moov", "a.mp4", 65,
      "has no index (moov): recording or copying it was cut off before the end"
    ) {
      let whole = try Data(contentsOf: Fixtures.video.get())
      try whole.prefix(whole.count * 6 / 10).write(to: $0)
    },
    BadInput("no audio stream", "a.mp4", 65, "has no audio to transcribe") {
      try Data(contentsOf: Fixtures.picture.get()).write(to: $0)
    },
    BadInput(
      "unknown codec", "a.mka", 65, "its audio is in a codec that this FFmpeg does not know"
    ) {
      var whole = try Data(contentsOf: Fixtures.matroska.get())
      let name = try #require(whole.range(of: Data("A_FLAC".utf8)))
      whole.replaceSubrange(name, with: Data("A_MADE".utf8))
      try whole.write(to: $0)
    },
  ]

  @Test(arguments: inputs)
  func isOneLineAndACode(input: BadInput) throws {
    let folder = try TemporaryFolder()
    try input.make?(folder.url.appending(path: input.name))
    let before = try folder.names()
    for command in ["transcribe", "probe"] where command == "transcribe" || input.code == 66 {
      let run = try CommandRun([command, input.name], in: folder.url)
      #expect(run.code == input.code)
      #expect(run.output == "")
      #expect(run.errors == "viseme: \(input.name): \(input.line)\n")
      #expect(try folder.names() == before)
    }
  }

  @Test
  func aTrackThatIsNotThereIsNamedWithThoseThatAre() throws {
    let path = try Fixtures.twoTracks.get().path
    for (track, what) in [("3", "audio track 3"), ("fr", "audio track in language 'fr'")] {
      let run = try CommandRun(["transcribe", path, "--audio-track", track, "-o", "-"])
      #expect(run.code == 65)
      #expect(run.errors == "viseme: \(path): has no \(what); it has 1 (eng), 2 (deu)\n")
    }
  }

  /// Root may read everything, so the program runs as another user then.
  private static let otherUser: [String] =
    getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
  private static let canBeOtherUser =
    (try? CommandRun(["--version"], wrapper: otherUser))?.code == 0

  @Test(.enabled(if: canBeOtherUser, "the program cannot be run as another user"))
  func unreadablePermission() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.flac")
    try Data(contentsOf: Fixtures.flac.get()).write(to: URL(filePath: path))
    chmod(path, 0)
    let run = try CommandRun(["transcribe", path], wrapper: Self.otherUser)
    #expect(run.code == 77)
    #expect(run.errors == "viseme: \(path): permission denied\n")
  }

  @Test(
    .enabled(if: canBeOtherUser, "the program cannot be run as another user"),
    .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
  func outputDirectoryThatMayNotBeWritten() throws {
    let folder = try TemporaryFolder()
    let input = folder.path("a.flac")
    try Data(contentsOf: Fixtures.flac.get()).write(to: URL(filePath: input))
    // The other user may not be allowed to look into the home folder where the models lie.
    let models = folder.path("models")
    try FileManager.default.copyItem(atPath: #require(Fixtures.models), toPath: models)
    chmod(folder.url.path, 0o555)
    defer { chmod(folder.url.path, 0o755) }
    for arguments in [[input], [input, "--output-dir", folder.path("new")]] {
      let run = try CommandRun(
        ["transcribe", "--models", models] + arguments, wrapper: Self.otherUser)
      let place = arguments.count == 1 ? folder.path("a.srt") : folder.path("new")
      #expect(run.code == 73)
      #expect(run.errors == "viseme: \(place) cannot be created: permission denied\n")
    }
  }

  @Test
  func missingModelsAreNamedWithTheRemedy() throws {
    let folder = try TemporaryFolder()
    let run = try CommandRun(
      ["transcribe", Fixtures.flac.get().path, "-o", "-"],
      environment: ["VISEME_MODELS": folder.url.path])
    #expect(run.code == 69)
    #expect(run.output == "")
    #expect(
      run.errors.wholeMatch(
        of: /viseme: model [a-z-]+ is not installed in (.+); run: viseme models install\n/)?.1
        == Substring(folder.url.path))
  }

  @Test
  func aMissingFolderOfModelsIsNamed() throws {
    let folder = try TemporaryFolder()
    let run = try CommandRun(
      ["transcribe", Fixtures.flac.get().path, "-o", "-", "--models", folder.path("none")])
    #expect(run.code == 69)
    #expect(run.errors.contains("is not installed in \(folder.path("none")); run: "))
  }

  @Test(.enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
  func aDamagedModelIsNamedWithTheRemedy() throws {
    let folder = try TemporaryFolder()
    let models = try #require(Fixtures.models)
    try Fixtures.shell(["cp", "-r", models + "/.", folder.url.path])
    let file = folder.path("moonshine-tiny-en/model.safetensors")
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: file))
    let run = try CommandRun(
      ["transcribe", Fixtures.flac.get().path, "-o", "-", "--models", folder.url.path])
    #expect(run.code == 69)
    #expect(
      run.errors
        == "viseme: model moonshine-tiny-en is damaged (model.safetensors); "
        + "run: viseme models install\n")
    let list = try CommandRun(["models", "list", "--models", folder.url.path])
    #expect(list.output.contains("damaged (model.safetensors); run: viseme models install"))
  }
}
