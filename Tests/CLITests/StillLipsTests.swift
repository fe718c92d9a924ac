import Foundation
import Testing

private let shared = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "shared/data")
private let hasShared = ["grid/s1", "noise/coffee-shop.opus"].allSatisfy {
  FileManager.default.isReadableFile(atPath: shared.appending(path: $0).path)
}

/// Words that the model makes up of faint murmur, and faces at rest.
@Suite(
  "Still lips", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"),
  .enabled(if: hasShared, "needs ../shared/data/grid and noise"))
struct StillLipsTests {
  private static let clip = shared.appending(path: "grid/s1/bbaf2n.mkv").path
  /// A café's murmur, 50 dB below full scale.
  private static let murmur = [
    "-t", "16", "-i", shared.appending(path: "noise/coffee-shop.opus").path,
  ]
  private static let encoding = ["-map", "[v]", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "flac"]

  /// The speaker after his last word, to and fro.
  private static let still =
    "[0:v]trim=start_frame=61:end_frame=74,setpts=PTS-STARTPTS,split[a][b];[b]reverse[r];"
    + "[a][r]concat=n=2:v=1,loop=loop=-1:size=26,trim=duration=16,setpts=N/25/TB[v]"
  /// The speaker, again and again.
  private static let talking =
    "[0:v]trim=end_frame=74,loop=loop=-1:size=74,trim=duration=16,setpts=N/25/TB[v]"

  private func transcript(_ file: URL, lips: String) throws -> String {
    try CommandRun(["transcribe", "-q", "--lips", lips, "-o", "-", file.path]).output
  }

  @Test(arguments: ["auto", "always"])
  func wordsMadeUpOfMurmurGoWhereNobodyMovesTheirLips(lips: String) throws {
    let sound = ["-map", "1:a", "-af", "volume=-27.7dB"]
    for (name, picture) in [("still", Self.still), ("talking", Self.talking)] {
      let file = try Fixtures.ffmpeg(
        "\(name)-\(lips).mkv",
        ["-i", Self.clip] + Self.murmur + ["-filter_complex", picture] + sound + Self.encoding)
      let heard = try transcript(file, lips: "never")
      try #require(heard.count > 10, "the model makes nothing up of this murmur any more")
      #expect(try transcript(file, lips: lips) == (name == "still" ? "" : heard))
    }
  }

  /// Somebody off camera, whom the model understands badly.
  @Test func wordsOfOthersStay() throws {
    let file = try Fixtures.ffmpeg(
      "off.mkv",
      ["-i", Self.clip, "-filter_complex", Self.still, "-map", "0:a"] + Self.encoding)
    let heard = try transcript(file, lips: "never")
    try #require(heard.count > 5)
    #expect(try transcript(file, lips: "always") == heard)
  }
}
