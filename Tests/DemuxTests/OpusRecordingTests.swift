import Testing

@testable import Demux

/// A recording's sound as an Ogg Opus file, on the recording's clock.
@Suite("Opus recording", .enabled(if: OpusLink.isSupported, "this FFmpeg cannot encode Opus"))
struct OpusRecordingTests {
  /// The file of a recording's sound.
  private static func bytes(
    _ path: String, track: AudioTrackSelection = .automatic, start: Double? = nil,
    end: Double? = nil
  ) throws -> [UInt8] {
    var recording = try OpusRecording(path: path, track: track, start: start, end: end)
    var bytes: [UInt8] = []
    while let piece = try recording.next() { bytes += piece }
    #expect(recording.leftOut == 0)
    return bytes
  }

  private static func delivered(_ name: String, _ bytes: [UInt8]) throws -> Delivered {
    try Delivered(MediaFixture.write(name, bytes))
  }

  /// Where the likeness of both is greatest, in samples by which `later` comes later.
  private static func lag(_ earlier: [Float], _ later: [Float]) -> Int? {
    let span = 20_000..<60_000
    let products = (-100...100).map { lag in
      (lag, span.reduce(Float(0)) { $0 + earlier[$1] * later[$1 + lag] })
    }
    return products.max { $0.1 < $1.1 }?.0
  }

  @Test func soundLastsAsLongAndIsWhereItWas() throws {
    let path = try MediaFixture.make("opus-whole.flac", Source.chirp(length: 5.123))
    let bytes = try Self.bytes(path)
    let whole = try Delivered(path)
    let heard = try Self.delivered("whole.ogg", bytes)
    #expect(heard.info.audioStreams.map(\.codec) == ["opus"])
    #expect(heard.start == 0 && heard.samples.count == whole.samples.count)
    // libopus resamples to 48 kHz and back, which may cost a sample.
    let lag = try #require(Self.lag(whole.samples, heard.samples))
    #expect(abs(lag) <= 1, "\(lag) samples late")
    // 24 kbit/s, and what Ogg adds.
    #expect((12_000..<20_000).contains(bytes.count), "\(bytes.count)")
    // No serial number drawn by chance, no date.
    #expect(try Self.bytes(path) == bytes)
  }

  @Test(arguments: [(2.0, 4.5), (2.0, nil), (nil, 3.0)] as [(Double?, Double?)])
  func aPartKeepsItsTimes(start: Double?, end: Double?) throws {
    let path = try MediaFixture.make(
      "opus-part.wav", Source.bursts(at: [0.5, 2.5, 4, 5], length: 6))
    let heard = try Self.delivered(
      "part-\(start ?? 0)-\(end ?? 6).ogg", Self.bytes(path, start: start, end: end))
    #expect(heard.start == 0)
    #expect(heard.samples.count == Int((end ?? 6) * 16_000))
    let first = try #require(heard.onset())
    #expect(abs(first - (start == nil ? 0.5 : 2.5)) < 0.004, "\(first)")
  }

  /// Sound that begins 3 s after the picture, with 48 s missing in the middle.
  @Test func lateSoundAndGapsKeepTheirTimes() throws {
    let path = try MediaFixture.make(
      "opus-gap.mkv",
      Source.video(length: 62, size: "32x32", rate: 1) + ["-itsoffset", "3"]
        + Source.bursts(at: [0.5, 50.5], length: 52, rate: 48_000)
        + [
          "-map", "0:v", "-map", "1:a", "-af", "aselect='not(between(t,4,52))'", "-c:a", "flac",
          "-c:v", "mpeg4",
        ])
    let heard = try Self.delivered("gap.ogg", Self.bytes(path))
    let first = try #require(heard.onset())
    #expect(abs(first - 3.5) < 0.004, "\(first)")
    let second = try #require(heard.onset(from: 10))
    #expect(abs(second - 53.5) < 0.004, "\(second)")
    #expect(heard.samples.count == 55 * 16_000)
  }

  /// Three tracks, the third of which begins late, are added up.
  @Test func tracksAreAddedUp() throws {
    let path = try MediaFixture.make(
      "opus-tracks.mka",
      Source.bursts(at: [1], length: 8) + Source.bursts(at: [2], length: 4) + ["-itsoffset", "4"]
        + Source.bursts(at: [2], length: 4) + ["-map", "0", "-map", "1", "-map", "2"]
        + ["-c:a", "flac"])
    let heard = try Self.delivered("tracks.ogg", Self.bytes(path, track: .all))
    #expect(heard.samples.count == 8 * 16_000)
    for (from, expected) in [(0.0, 1.0), (1.5, 2.0), (3, 6)] {
      let onset = try #require(heard.onset(from: from))
      #expect(abs(onset - expected) < 0.004, "\(onset)")
    }
    // One track alone has its own sound only.
    let one = try Self.delivered("track.ogg", Self.bytes(path, track: .number(2)))
    let onset = try #require(one.onset())
    #expect(abs(onset - 2) < 0.004 && one.samples.count == 4 * 16_000)
  }

  @Test func whatIsNoRecordingIsTold() throws {
    #expect(throws: SoundError.recording(.notFound)) { try Self.bytes("/none.wav") }
    let path = try MediaFixture.write("opus-none.wav", Array("no recording".utf8))
    #expect(throws: SoundError.self) { try Self.bytes(path) }
  }
}

/// Tracks on one clock.
@Suite("Sum of tracks")
struct TrackSumTests {
  private static func block(_ start: Int64, _ samples: [Float]) -> AudioBlock {
    AudioBlock(track: 0, startSample: start, samples: samples)
  }

  @Test func samplesAreAddedWithinFullScale() {
    var sum = TrackSum()
    sum.add(Self.block(2, [0.5, 0.75, -0.5]))
    sum.add(Self.block(3, [0.5, -0.75, 0.25]))
    #expect(sum.end == 6)
    #expect(Array(sum.take(4)) == [0, 0, 0.5, 1])
    #expect(sum.position == 4)
    #expect(Array(sum.take(4)) == [-1, 0.25, 0, 0])
    #expect(sum.position == 8 && sum.end == 8 && sum.late == 0)
  }

  @Test func whatComesTooLateIsCounted() {
    var sum = TrackSum()
    sum.add(Self.block(0, [1, 1]))
    _ = sum.take(4)
    sum.add(Self.block(2, [0.5, 0.5, 0.25]))
    #expect(sum.late == 2)
    #expect(Array(sum.take(1)) == [0.25])
    sum.add(Self.block(0, [1]))
    #expect(sum.late == 3 && sum.end == 5)
  }

  /// Whatever was taken, what is left has its place (the front is given back from time to time).
  @Test func aLongRunKeepsItsPlaces() {
    var sum = TrackSum()
    var heard: [Float] = []
    for start in stride(from: 0, to: 400_000, by: 8_000) {
      sum.add(Self.block(Int64(start), (start..<start + 8_000).map { Float($0 % 251) / 251 }))
      if start >= 240_000 { heard += sum.take(8_000) }
    }
    #expect(heard == (0..<heard.count).map { Float($0 % 251) / 251 })
    #expect(sum.end == 400_000)
  }
}
