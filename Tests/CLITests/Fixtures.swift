import Foundation
import Testing

/// Small recordings made with FFmpeg, once a test run.
enum Fixtures {
  struct Unavailable: Error {
    let what: String
  }

  static let hasFFmpeg = (try? shell(["ffmpeg", "-version"])) != nil

  /// Where the models for these tests lie; nil when they are not installed.
  static let models: String? = {
    guard let run = try? CommandRun(["models", "list", "--json"]),
      let list = try? JSONDecoder().decode(ModelList.self, from: Data(run.output.utf8))
    else { return nil }
    let needed = list.models.filter { ["moonshine-tiny-en", "silero-vad"].contains($0.name) }
    return needed.count == 2 && needed.allSatisfy { $0.state == "intact" } ? list.root : nil
  }()

  struct ModelList: Decodable {
    struct Model: Decodable {
      let name: String
      let state: String
    }

    let root: String
    let models: [Model]
  }

  /// 20 s of noise and a picture; mdat before moov, as FFmpeg writes it.
  static let video = fixture("video.mp4", ["-c:v", "mpeg4"], picture: true)
  /// The same with moov first.
  static let indexFirst = fixture(
    "first.mp4", ["-c:v", "mpeg4", "-movflags", "+faststart"], picture: true)
  static let picture = Result {
    try ffmpeg("picture.mp4", ["-f", "lavfi", "-i", "testsrc=d=2:s=160x120", "-c:v", "mpeg4"])
  }
  /// Two tracks in different languages.
  static let twoTracks = Result {
    try ffmpeg(
      "tracks.mkv",
      ["-f", "lavfi", "-i", "anoisesrc=d=3", "-f", "lavfi", "-i", "sine=d=3", "-map", "0", "-map"]
        + ["1", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"])
  }
  static let flac = fixture("sound.flac", [])
  static let matroska = fixture("sound.mka", ["-c:a", "flac"])

  private static let folder = Result { try TemporaryFolder() }

  private static func fixture(
    _ name: String, _ options: [String], picture: Bool = false
  ) -> Result<URL, any Error> {
    let source = ["-f", "lavfi", "-i", "anoisesrc=d=20:a=0.3:seed=7:c=pink"]
    let frames = picture ? ["-f", "lavfi", "-i", "testsrc=d=20:s=160x120:r=10"] : []
    return Result { try ffmpeg(name, source + frames + options) }
  }

  /// A recording that FFmpeg makes of these arguments, all but the output.
  static func ffmpeg(_ name: String, _ arguments: [String]) throws -> URL {
    let url = try folder.get().url.appending(path: name)
    try shell(["ffmpeg", "-v", "error", "-y"] + arguments + [url.path])
    return url
  }

  @discardableResult
  static func shell(_ words: [String]) throws -> String {
    let process = CommandRun.process(words)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Unavailable(what: words.joined(separator: " "))
    }
    return text
  }
}
