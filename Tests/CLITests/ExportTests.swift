import Foundation
import NN
import Testing

/// `viseme export`: its files and its failures.
@Suite("Export", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"))
struct ExportTests {
  private static let clip = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/data/grid/s2/pwij3p.mpg")
  private static let isThere =
    FileManager.default.isReadableFile(atPath: clip.path) && Fixtures.models != nil

  @Test(.enabled(if: isThere, "needs ../shared/data/grid and the models"))
  func aFaceIsWrittenWithItsSound() throws {
    let folder = try TemporaryFolder()
    let target = folder.url.appending(path: "a/b")
    let run = try CommandRun(["export", Self.clip.path, "--output-dir", target.path])
    #expect(run.code == 0)
    let path = target.appending(path: "pwij3p.safetensors").path
    #expect(run.errors == "viseme: wrote \(path): 3.0 s of a face\n")
    let names = try FileManager.default.contentsOfDirectory(atPath: target.path)
    #expect(names == ["pwij3p.safetensors"])
    let file = try SafetensorsFile(path: path)
    #expect(file["crops"]?.shape == [75, 80, 80] && file["crops"]?.dtype == .u8)
    #expect(file["quality"]?.shape == [75, 6] && file["quality"]?.dtype == .f32)
    #expect(file["first"]?.shape == [1] && file["first"]?.dtype == .i64)
    let samples = try #require(file["audio"]?.shape.first)
    #expect(abs(Double(samples) / 16_000 - 3) < 0.05)
    let again = try CommandRun(["export", Self.clip.path, "--output-dir", target.path])
    #expect(again.code == 73)
    #expect(again.errors == "viseme: \(path) exists already; --force replaces it\n")
    let forced = try CommandRun(
      ["export", "-q", "--force", Self.clip.path, "--output-dir", target.path])
    #expect(forced.code == 0 && forced.errors == "")
  }

  @Test(.enabled(if: Fixtures.models != nil, "the models are not installed"))
  func whatShowsNoFaceIsSaidAndTheRestGoesOn() throws {
    let folder = try TemporaryFolder()
    let (video, sound) = try (Fixtures.picture.get().path, Fixtures.flac.get().path)
    let faceless = try Fixtures.video.get().path
    let run = try CommandRun(
      ["export", faceless, sound, video, "/nowhere", "--output-dir", folder.url.path])
    #expect(run.code == 65)
    #expect(
      run.errors.split(separator: "\n") == [
        "viseme: \(faceless): no face was seen in it", "viseme: \(sound): has no picture",
        "viseme: \(video): has no audio to transcribe", "viseme: /nowhere: no such file",
      ])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.isEmpty)
  }

  @Test func wrongLinesAreExplained() throws {
    for (words, sentence) in [
      ([], "export needs FILE; see viseme export --help"),
      (["--output-dir"], "--output-dir needs a value (--output-dir DIR); see viseme export --help"),
      (["--fast", "a"], "there is no option --fast; see viseme export --help"),
      (
        ["x/a.mp4", "y/a.mkv", "--output-dir", "z"],
        "x/a.mp4 and y/a.mkv would both write z/a.safetensors; run them one by one"
      ),
    ] {
      let run = try CommandRun(["export"] + words)
      #expect(run.code == 64)
      #expect(run.errors == "viseme: \(sentence)\n")
    }
  }
}
