import Testing

@testable import Demux

/// `start` and `end`.
@Suite struct RangeTests {
  /// The samples of a range are those of the whole recording, at their places.
  @Test(arguments: ContainerCase.all)
  func rangeEqualsThatPartOfTheWhole(_ container: ContainerCase) throws {
    let path = try container.file(Source.chirp(length: 12), "range-")
    let whole = try Delivered(path)
    let part = try Delivered(path, DemuxOptions(start: 7.1234, end: 9.5))
    // The first sample at or after the start, and none at or after the end.
    #expect(part.start == 113_975)  // 7.1234 s
    let end: Int64 = part.start + Int64(part.samples.count)
    #expect(end == 152_000)  // 9.5 s
    let offset = Int(part.start - whole.start)
    // Decoders converge on the same values within a second of pre-roll, to rounding. Time bases
    // that are no multiple of the sampling period leave up to a sixth of a sample of phase
    // (MPEG: 90 kHz) or a millisecond of rounding (FLV, ASF) in where the part begins.
    // Decoders converge on the same values within the pre-roll, and the grid of output samples does
    // not depend on where reading began, so what is left is rounding. MPEG's clock of 90 kHz puts a
    // frame up to a tenth of an output sample off. Vorbis in Matroska has frames of differing
    // length and times in whole milliseconds, so a part can lie half a millisecond off.
    let (shifts, tolerance): (ClosedRange<Int>, Float) =
      switch container.name {
      case "a.ts", "b.ts", "a.mpg": (0...0, 0.06)
      case "b.webm": (-8...8, 0.02)
      default: (0...0, 1e-5)
      }
    let difference = shifts.map { shift in
      greatestDifference(part.samples, whole.samples[(offset + shift)...])
    }.min()
    #expect(try #require(difference) < tolerance)
  }

  @Test(arguments: ["a.mp4", "a.wav", "a.mp3"])
  func rangesOutsideAreEmptyOrCut(_ name: String) throws {
    let container = try #require(ContainerCase.all.first { $0.name == name })
    let path = try container.file(Source.chirp(), "chirp-")
    #expect(try Delivered(path, DemuxOptions(start: 100)).audio.isEmpty)
    #expect(try Delivered(path, DemuxOptions(start: 3, end: 3)).audio.isEmpty)
    #expect(try Delivered(path, DemuxOptions(end: 0)).audio.isEmpty)
    let tail = try Delivered(path, DemuxOptions(start: 5.5, end: 100))
    #expect(tail.start == 88_000 && abs(tail.end - 6) < 0.1)
    let early = try Delivered(path, DemuxOptions(start: -3, end: 1))
    #expect(early.start == 0 && early.samples.count == 16_000)
  }

  /// A gap over the start is silence, as it is when the whole is read.
  @Test func startWithinAGapIsSilence() throws {
    let path = try MediaFixture.make(
      "gap-start.mkv",
      Source.bursts(at: [0.5, 2.5], length: 4, rate: 48_000) + [
        "-af", "asetpts='PTS+if(gte(T,2),20,0)/TB'", "-c:a", "flac",
      ])
    let part = try Delivered(path, DemuxOptions(start: 12, end: 23))
    #expect(part.start == 192_000)
    #expect(part.samples.count == 176_000)
    let onset = try #require(part.onset())
    #expect(abs(onset - 22.5) < 0.002)
  }

  /// A pipe cannot be sought in; what lies before the start is read and left out.
  @Test func rangeOfAPipe() throws {
    let container = try #require(ContainerCase.all.first { $0.name == "b.mkv" })
    let path = try container.file(Source.chirp(length: 12), "range-")
    let whole = try Delivered(path)
    let part = try Pipes.feed(path) { try Delivered($0, DemuxOptions(start: 7, end: 8)) }
    #expect(part.start == 112_000 && part.samples.count == 16_000)
    let same = whole.samples[112_000...]
    #expect(greatestDifference(part.samples, same) < 2e-3)
  }

  @Test func videoOfARange() throws {
    let path = try ContainerCase.all[0].file(Source.chirp(length: 12), "range-")
    let request = VideoRequest(format: .gray8)
    let whole = try Delivered(path, DemuxOptions(audio: nil, video: request))
    let part = try Delivered(
      path, DemuxOptions(audio: nil, video: request, start: 3.11, end: 4.04))
    #expect(part.frames.first?.time == MediaTime(value: 312, timescale: 100))
    #expect(part.frames.last?.time == MediaTime(value: 4, timescale: 1))
    #expect(part.frames == whole.frames.filter { (3.11..<4.04).contains($0.time.seconds) })
  }
}
