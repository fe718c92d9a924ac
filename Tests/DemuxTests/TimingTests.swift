import Testing

@testable import Demux

/// Start offsets, edit lists, gaps, overlaps and jumps in timestamps.
@Suite struct TimingTests {
  private static let h264 = ContainerCase.h264

  /// Audio that begins 1.5 s after the video, in containers that say so in different ways: an edit
  /// list, timestamps of blocks, timestamps of packs. Tolerance: undeclared priming, as above.
  @Test(arguments: [
    ("late.mp4", "aac", 0.004), ("late.mov", "pcm_s16le", 0.001), ("late.mkv", "flac", 0.002),
    ("late-aac.mkv", "aac", 0.026), ("late.ts", "aac", 0.026), ("late.mpg", "mp2", 0.03),
    ("late.flv", "aac", 0.026),
  ])
  func delayedAudioBeginsAtItsOffset(name: String, codec: String, tolerance: Double) throws {
    let video = name.hasSuffix("mpg") ? ["-c:v", "mpeg1video"] : Self.h264
    let path = try MediaFixture.make(
      name,
      Source.video(length: 5) + ["-itsoffset", "1.5"] + Source.bursts(at: [1], length: 3)
        + ["-map", "0:v", "-map", "1:a", "-c:a", codec] + video)
    let delivered = try Delivered(path)
    // What an encoder put before the sound (up to a frame of AAC or MP2) is part of the stream.
    let start = Double(delivered.start) / 16_000
    #expect(abs(start - 1.5) < 0.03, "\(start)")
    let onset = try #require(delivered.onset())
    #expect(abs(onset - 2.5) < tolerance, "onset \(onset)")
    let offset = try #require(delivered.info.audioStreams.first?.startOffset)
    // The stream's start time may be rounded by the container: to a millisecond in Matroska.
    #expect(abs(offset - start) < 0.002)
  }

  /// An edit list that plays from within a packet: cutting an MP4 without decoding it keeps whole
  /// packets and writes an edit that skips to the cut.
  @Test func editListIsHonoured() throws {
    let whole = try ContainerCase.all[0].file(Source.bursts(at: [0.5, 3.2]), "bursts-")
    let path = try MediaFixture.make("edited.mp4", ["-ss", "2.51", "-i", whole, "-c", "copy"])
    let delivered = try Delivered(path)
    let onset = try #require(delivered.onset())
    // The cut falls on a keyframe of the video before 2.51 s; ffmpeg's own reading says where.
    let reference = try MediaFixture.reference(path)
    let index = try #require(reference.firstIndex { abs($0) > 0.2 })
    let expected = Double(index) / 16_000 + max(0, Double(delivered.start) / 16_000)
    #expect(abs(onset - expected) < 0.001)
    #expect(delivered.damage.timestampJumps == 0)
  }

  /// A gap of 4 s between two packets becomes 4 s of silence, whatever way the container keeps time.
  @Test(arguments: [
    ("gap.mkv", "flac"), ("gap.mka", "libopus"), ("gap.mp4", "aac"), ("gap.ts", "mp2"),
    ("gap.nut", "pcm_s16le"), ("gap.ogg", "libvorbis"),
  ])
  func gapBecomesSilence(name: String, codec: String) throws {
    let path = try MediaFixture.make(
      name,
      Source.bursts(at: [0.5, 2.5], length: 4, rate: 48_000) + [
        "-af", "asetpts='PTS+if(gte(T,2),4,0)/TB'", "-c:a", codec, "-flags", "+bitexact",
      ])
    let delivered = try Delivered(path)
    let first = try #require(delivered.onset())
    let second = try #require(delivered.onset(from: 1))
    // The encoder's framing moves the gap by less than a frame of MP2 (24 ms); its priming is the
    // same for both bursts.
    #expect(abs(second - first - 6) < 0.026, "\(first) \(second)")
    #expect(abs(delivered.end - 8) < 0.12, "\(delivered.end)")
    #expect(abs(delivered.damage.insertedSilence - 4) < 0.1, "\(delivered.damage)")
    let start = Int(3 * 16_000 - delivered.start)
    #expect(delivered.samples[start..<start + 16_000].allSatisfy { $0 == 0 })
  }

  /// Timestamps that claim a gap of years are a lie: nothing of that length is inserted.
  @Test func absurdGapIsJoined() throws {
    let path = try MediaFixture.make(
      "absurd.mkv",
      Source.bursts(at: [0.5, 2.5], length: 4, rate: 48_000) + [
        "-af", "asetpts='PTS+if(gte(T,2),9e6,0)/TB'", "-c:a", "flac",
      ])
    let delivered = try Delivered(path)
    #expect(delivered.damage.timestampJumps == 1)
    #expect(delivered.damage.insertedSilence == 0)
    #expect(abs(delivered.end - 4) < 0.01)
    let second = try #require(delivered.onset(from: 1))
    #expect(abs(second - 2.5) < 0.002)
  }

  @Test func silenceAltogetherIsLimited() throws {
    let path = try MediaFixture.make(
      "gaps.mkv",
      Source.bursts(at: [0.5], length: 6, rate: 48_000) + [
        "-af", "asetpts='PTS+floor(T)*3/TB'", "-c:a", "pcm_s16le",
      ])
    var options = DemuxOptions()
    options.limits.silence = 7
    let limited = try Delivered(path, options)
    #expect(abs(limited.damage.insertedSilence - 6) < 0.1)
    #expect(limited.damage.timestampJumps == 3)
    let whole = try Delivered(path)
    #expect(abs(whole.damage.insertedSilence - 15) < 0.1)
  }

  /// Timestamps that run back by 0.5 s: what was heard is not heard again.
  @Test func overlapIsTrimmed() throws {
    let path = try MediaFixture.make(
      "overlap.nut",
      Source.chirp(length: 4, rate: 48_000) + [
        "-af", "asetpts='PTS-if(gte(T,2),0.5,0)/TB'", "-c:a", "pcm_s16le", "-f", "nut",
        "-fflags", "+bitexact",
      ])
    let delivered = try Delivered(path)
    #expect(abs(delivered.end - 3.5) < 0.03, "\(delivered.end) \(delivered.damage)")
    #expect(abs(delivered.damage.trimmedOverlap - 0.5) < 0.03)
  }

  /// MPEG-TS counts time in 33 bits of 90 kHz, which begin anew after 26.5 hours.
  @Test func clockOfTransportStreamWraps() throws {
    let path = try MediaFixture.make(
      "wrap.ts",
      Source.bursts(at: [0.5, 5], length: 6) + Source.video() + [
        "-c:a", "mp2", "-c:v", "mpeg2video", "-output_ts_offset", "95440",
      ])
    let delivered = try Delivered(path)
    #expect(abs(delivered.end - 6) < 0.1, "\(delivered.end) \(delivered.damage)")
    let onset = try #require(delivered.onset(from: 4))
    #expect(abs(onset - 5) < 0.03)
    #expect(delivered.damage.insertedSilence < 0.001)
  }

  /// Two recordings joined byte by byte: the second one's clock begins anew, and its content must
  /// follow, in step with its video.
  @Test func restartedClockIsJoined() throws {
    let part = try MediaFixture.make(
      "part.ts",
      Source.bursts(at: [0.5, 3], length: 4) + Source.video(length: 4) + [
        "-c:a", "mp2", "-c:v", "mpeg2video",
      ])
    let bytes = try MediaFixture.bytes(part)
    let path = try MediaFixture.write("joined.ts", bytes + bytes)
    let request = VideoRequest(format: .gray8)
    let delivered = try Delivered(path, DemuxOptions(video: request))
    #expect(delivered.damage.timestampJumps >= 1)
    #expect(abs(delivered.end - 8) < 0.15, "\(delivered.end) \(delivered.damage)")
    let again = try #require(delivered.onset(from: 6))
    #expect(abs(again - 7) < 0.1)
    let last = try #require(delivered.frames.last)
    #expect(abs(last.time.seconds - 7.96) < 0.15, "\(last.time.seconds)")
  }

  /// A sound card whose clock is 0.1 % slow: timestamps drift from the samples by 60 ms in a minute.
  /// The track must keep to the timestamps without a cut.
  @Test func driftIsWorkedIn() throws {
    let path = try MediaFixture.make(
      "drift.mkv",
      Source.bursts(at: [1, 58], length: 60, rate: 48_000) + [
        "-af", "asetpts='PTS*1.001'", "-c:a", "flac",
      ])
    let delivered = try Delivered(path)
    let onset = try #require(delivered.onset(from: 57))
    // The dead band of drift correction is 5 ms; the mean it is taken over lags by 2 ms.
    #expect(abs(onset - 58.058) < 0.009, "\(onset)")
    #expect(delivered.damage.insertedSilence == 0)
    #expect(delivered.damage.trimmedOverlap == 0)
  }

  /// Jitter of recorders must not touch the samples.
  @Test func jitterIsIgnored() throws {
    let path = try MediaFixture.make(
      "jitter.mkv",
      Source.chirp(length: 6, rate: 48_000) + [
        "-af", "asetnsamples=960,asetpts='PTS+if(mod(N,2),0.004,-0.004)/TB'", "-c:a", "pcm_s16le",
      ])
    let clean = try MediaFixture.make(
      "steady.wav", Source.chirp(length: 6, rate: 48_000) + ["-c:a", "pcm_s16le"])
    let delivered = try Delivered(path)
    let reference = try Delivered(clean)
    #expect(delivered.damage.isEmpty)
    #expect(greatestDifference(delivered.samples, reference.samples) < 1e-4)
  }

  /// The sample rate and channels change in mid-stream.
  @Test func changesOfFormatAreFollowed() throws {
    let first = try MediaFixture.make(
      "first.ts", Source.bursts(at: [1], length: 3, rate: 48_000) + ["-c:a", "mp2"])
    let second = try MediaFixture.make(
      "second.ts",
      Source.bursts(at: [1], length: 3, rate: 32_000, channels: 2) + [
        "-c:a", "mp2", "-output_ts_offset", "3",
      ])
    let path = try MediaFixture.write(
      "changing.ts", MediaFixture.bytes(first) + MediaFixture.bytes(second))
    let delivered = try Delivered(path)
    let onset = try #require(delivered.onset(from: 2))
    #expect(abs(onset - 4) < 0.05, "\(onset) \(delivered.damage)")
    #expect(abs(delivered.end - 6) < 0.1)
  }
}
