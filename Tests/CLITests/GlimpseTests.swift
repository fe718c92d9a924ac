import Foundation
import Testing

private let data = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "shared/data")
private let hasData = ["grid/s1", "grid/s2", "noise/places_cafe.opus"].allSatisfy {
  FileManager.default.isReadableFile(atPath: data.appending(path: $0).path)
}

/// Segments long enough that a few glimpses come before the look at the whole of them.
@Suite(
  "Glimpses", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"),
  .enabled(if: hasData, "needs ../shared/data/grid and noise"))
struct GlimpseTests {
  private struct Transcript: Decodable {
    struct Segment: Decodable {
      let words: [Word]
    }

    struct Word: Decodable, Equatable {
      let text: String
      let start: Double
      let face: Int?
      let gate: Double?
    }

    let segments: [Segment]
    let notes: [String]
  }

  /// Clips one after the other, in a café's noise.
  private func recording(_ name: String, _ clips: [String], noise gain: String) throws -> URL {
    let inputs = clips.flatMap { ["-i", data.appending(path: "grid/" + $0).path] }
    let cafe = ["-stream_loop", "-1", "-i", data.appending(path: "noise/places_cafe.opus").path]
    let streams = clips.indices.map { "[\($0):v][\($0):a]" }.joined()
    let join = "\(streams)concat=n=\(clips.count):v=1:a=1[v][s]"
    let mono = "aresample=16000,aformat=channel_layouts=mono"
    let mix =
      "[s]\(mono)[s1];[\(clips.count):a]\(mono),volume=\(gain)[n];"
      + "[s1][n]amix=inputs=2:duration=first:normalize=0[a]"
    return try Fixtures.ffmpeg(
      name,
      inputs + cafe + ["-filter_complex", "\(join);\(mix)", "-map", "[v]", "-map", "[a]"]
        + ["-c:v", "mpeg4", "-q:v", "2", "-c:a", "flac"])
  }

  private func transcript(_ file: URL, lips: String) throws -> Transcript {
    let run = try CommandRun(
      ["transcribe", "-q", "--lips", lips, "-f", "json", "-o", "-", file.path])
    return try JSONDecoder().decode(Transcript.self, from: Data(run.output.utf8))
  }

  @Test func aKnownFaceIsReadAsIfNobodyHadGlimpsed() throws {
    let clips = ["bbaf5a", "bbal8p", "bbbf7s"].map { "s1/\($0).mkv" }
    let file = try recording("glimpsed.mkv", clips, noise: "3dB")
    let always = try transcript(file, lips: "always")
    let words = always.segments.flatMap(\.words)
    try #require(words.contains { $0.gate ?? 0 > 0 }, "no lips are read in this noise any more")
    #expect(try transcript(file, lips: "auto").segments.flatMap(\.words) == words)
  }

  @Test func strangersAreLeftToTheEarAfterAGlimpse() throws {
    let clips = ["s2/pwij3p.mpg", "s2/swwp2s.mpg", "s2/pwij3p.mpg"]
    let file = try recording("strangers.mkv", clips, noise: "9dB")
    let auto = try transcript(file, lips: "auto")
    let words = auto.segments.flatMap(\.words)
    let heard = try transcript(file, lips: "never").segments.flatMap(\.words).map(\.text)
    #expect(words.map(\.text) == heard && !words.isEmpty)
    // Who is only glimpsed gets no number.
    #expect(words.allSatisfy { $0.face == nil })
    #expect(
      auto.notes == [
        "no face seen where the sound is noisy is known to the lip model: transcribed from the audio"
      ])
    let always = try transcript(file, lips: "always").segments.flatMap(\.words)
    #expect(always.map(\.text) == heard && always.allSatisfy { $0.face == 1 })
  }
}
