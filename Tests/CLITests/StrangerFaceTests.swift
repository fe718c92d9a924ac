import Foundation
import Testing

private let grid = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "shared/data/grid")
private let hasGrid = FileManager.default.isReadableFile(atPath: grid.appending(path: "s2").path)

/// Faces that the lip model does not know: which of them speaks, and what it changes.
@Suite(
  "Strangers' faces",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"),
  .enabled(if: hasGrid, "needs ../shared/data/grid"))
struct StrangerFaceTests {
  private struct Transcript: Decodable {
    struct Segment: Decodable {
      let mouth: [Double]?
      let words: [Word]
    }

    struct Word: Decodable {
      let text: String
      let start: Double
      let face: Int?
      let gate: Double?
    }

    let segments: [Segment]
  }

  private static let clips = ["s2/swwp2s.mpg", "s3/sbia1a.mpg", "s4/lwbsza.mpg", "s22/lbbc2a.mpg"]

  /// All four as tiles of one picture, with the sound of one of them or of another clip.
  private func gallery(_ name: String, sound: String) throws -> URL {
    let inputs = (Self.clips + [sound]).flatMap { ["-i", grid.appending(path: $0).path] }
    let tiles = (0..<4).map { "[\($0):v]scale=360:288,fps=25[t\($0)];" }.joined()
    let stack = "\(tiles)[t0][t1][t2][t3]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0[v]"
    return try Fixtures.ffmpeg(
      name,
      inputs + ["-filter_complex", stack, "-map", "[v]", "-map", "4:a", "-c:v", "mpeg4"]
        + ["-q:v", "2", "-c:a", "flac"])
  }

  private func transcript(_ file: URL, lips: String) throws -> Transcript {
    let run = try CommandRun(
      ["transcribe", "-q", "--lips", lips, "-f", "json", "-o", "-", file.path])
    return try JSONDecoder().decode(Transcript.self, from: Data(run.output.utf8))
  }

  @Test(arguments: [0, 2])
  func theOneThatSpeaksIsFoundAndNoWordChanges(place: Int) throws {
    let file = try gallery("strangers-\(place).mkv", sound: Self.clips[place])
    let seen = try transcript(file, lips: "always").segments
    let mouth = try #require(seen.first?.mouth)
    #expect(Int(mouth[0] * 2) == place % 2 && Int(mouth[1] * 2) == place / 2)
    let words = seen.flatMap(\.words)
    #expect(words.allSatisfy { $0.face != nil && $0.gate == 0 } && !words.isEmpty)
    let heard = try transcript(file, lips: "never").segments.flatMap(\.words)
    #expect(words.map(\.text) == heard.map(\.text) && words.map(\.start) == heard.map(\.start))
  }

  @Test func whoIsNotInThePictureIsGivenNoFace() throws {
    let file = try gallery("off-screen.mkv", sound: "s2/pwij3p.mpg")
    let seen = try transcript(file, lips: "always").segments
    #expect(!seen.isEmpty && seen.allSatisfy { $0.mouth == nil })
    #expect(seen.flatMap(\.words).allSatisfy { $0.face == nil })
  }
}
