import Testing

@testable import Demux

/// A container and codec that meetings come in, and how well its timestamps tell where a sound is.
struct ContainerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let audio: [String]
  var video: [String] = []
  /// Seconds. Lossy codecs smear an onset by a few milliseconds; encoders whose priming the
  /// container does not declare (AAC in Matroska, MPEG-TS, AVI; MP2, MP3 there too) put it late by
  /// up to one frame and their look-ahead, which no reader can know.
  let tolerance: Double
  var testDescription: String { name }

  static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
  static let all: [ContainerCase] = [
    .init(name: "a.mp4", audio: ["-c:a", "aac"], video: h264, tolerance: 0.004),
    .init(name: "a.mov", audio: ["-c:a", "pcm_s16le"], video: h264, tolerance: 0.001),
    .init(name: "a.mkv", audio: ["-c:a", "aac"], video: h264, tolerance: 0.026),
    .init(name: "b.mkv", audio: ["-c:a", "flac"], video: h264, tolerance: 0.0015),
    .init(
      name: "a.webm", audio: ["-c:a", "libopus"],
      video: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"], tolerance: 0.008),
    .init(name: "b.webm", audio: ["-c:a", "libvorbis"], tolerance: 0.008),
    .init(
      name: "a.avi", audio: ["-c:a", "libmp3lame"], video: ["-c:v", "mpeg4"], tolerance: 0.055),
    .init(
      name: "b.avi", audio: ["-c:a", "pcm_s16le"], video: ["-c:v", "mpeg4"], tolerance: 0.001),
    .init(name: "a.mpg", audio: ["-c:a", "mp2"], video: ["-c:v", "mpeg1video"], tolerance: 0.03),
    .init(name: "a.ts", audio: ["-c:a", "aac"], video: h264, tolerance: 0.026),
    .init(name: "b.ts", audio: ["-c:a", "mp2"], video: ["-c:v", "mpeg2video"], tolerance: 0.03),
    .init(name: "a.wav", audio: ["-c:a", "pcm_s16le"], tolerance: 0.001),
    .init(name: "b.wav", audio: ["-c:a", "pcm_f32le"], tolerance: 0.001),
    .init(name: "a.mp3", audio: ["-c:a", "libmp3lame"], tolerance: 0.004),
    .init(name: "a.m4a", audio: ["-c:a", "aac"], tolerance: 0.004),
    .init(name: "b.m4a", audio: ["-c:a", "alac"], tolerance: 0.001),
    .init(name: "a.flac", audio: ["-c:a", "flac"], tolerance: 0.001),
    .init(name: "a.ogg", audio: ["-c:a", "libvorbis"], tolerance: 0.008),
    .init(name: "a.opus", audio: ["-c:a", "libopus"], tolerance: 0.008),
    .init(name: "a.aac", audio: ["-c:a", "aac"], tolerance: 0.026),
    .init(name: "a.wma", audio: ["-c:a", "wmav2"], tolerance: 0.05),
    .init(name: "a.flv", audio: ["-c:a", "aac"], video: ["-c:v", "flv"], tolerance: 0.026),
    .init(name: "a.caf", audio: ["-c:a", "pcm_s16be"], tolerance: 0.001),
    .init(name: "a.aiff", audio: ["-c:a", "pcm_s16be"], tolerance: 0.001),
  ]

  func file(_ source: [String], _ prefix: String) throws -> String {
    let pictures = video.isEmpty ? [] : Source.video()
    return try MediaFixture.make(prefix + name, source + pictures + audio + video)
  }
}

@Suite struct ContainerTests {
  @Test(arguments: ContainerCase.all)
  func soundIsFoundAtItsTime(_ container: ContainerCase) throws {
    let path = try container.file(Source.bursts(at: [0.5, 3.2]), "bursts-")
    let delivered = try Delivered(path)
    for time in [0.5, 3.2] {
      let onset = try #require(delivered.onset(from: time - 0.2))
      #expect(abs(onset - time) < container.tolerance, "onset \(onset), true \(time)")
    }
    // Encoders round the end up to a frame, after the priming that the container may not declare.
    #expect(abs(delivered.end - 6) < container.tolerance + 0.07, "end \(delivered.end)")
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(delivered.info.audioStreams.count == 1)
    #expect(delivered.info.videoStreams.count == (container.video.isEmpty ? 0 : 1))
  }

  @Test(arguments: ContainerCase.all)
  func samplesAreThoseOfFFmpeg(_ container: ContainerCase) throws {
    let path = try container.file(Source.chirp(), "chirp-")
    let delivered = try Delivered(path)
    let reference = try MediaFixture.reference(path)
    // Both flush the same resampler, which may round the last sample away.
    #expect(abs(delivered.samples.count - reference.count) <= 2)
    // The same library on the same samples; only its block boundaries differ. WMA begins a tenth of
    // an output sample off the grid that the samples are put on here, which ffmpeg does not do.
    let tolerance: Float = container.name == "a.wma" ? 0.15 : 1e-4
    #expect(greatestDifference(delivered.samples, reference) < tolerance)
  }

  @Test(arguments: ["5.1", "stereo", "quad", "7.1"])
  func layoutsAreMixedDown(_ layout: String) throws {
    let path = try MediaFixture.make(
      "layout-\(layout).wav",
      Source.chirp(length: 2) + ["-af", "aformat=channel_layouts=\(layout)"])
    let delivered = try Delivered(path)
    let reference = try MediaFixture.reference(path)
    #expect(greatestDifference(delivered.samples, reference) < 1e-4)
  }

  /// Twelve discrete channels have no layout; libswresample has no downmix, so they are averaged.
  @Test func discreteChannelsAreAveraged() throws {
    let tone = Source.bursts(at: [0.5], length: 1)
    let path = try MediaFixture.make(
      "discrete.wav",
      Array(repeating: tone, count: 12).flatMap(\.self)
        + ["-filter_complex", "amerge=inputs=12", "-c:a", "pcm_s16le"])
    let delivered = try Delivered(path)
    #expect(delivered.info.audioStreams.first?.audio?.channels == 12)
    let peak = delivered.samples.reduce(0) { max($0, abs($1)) }
    // Twelve equal channels of 0.8 average to 0.8, with a little ringing of the resampler.
    #expect(abs(peak - 0.8) < 0.05)
  }

  @Test func infoTellsWhatFFprobeTells() throws {
    let path = try ContainerCase.all[0].file(Source.chirp(), "chirp-")
    let info = try Demuxer.probe(path: path)
    #expect(info.container.hasPrefix("mov,mp4"))
    #expect(abs((info.duration ?? 0) - 6) < 0.05)
    #expect(info.streams.map(\.kind).contains(.video))
    #expect(
      info.audioStreams.first?.audio == AudioFormat(sampleRate: 44_100, channels: 1, layout: "mono")
    )
    #expect(info.audioStreams.first?.codec == "aac")
    #expect(info.audioStreams.first?.isDecodable == true)
    let video = try #require(info.videoStreams.first?.video)
    #expect((video.width, video.height, video.rotation) == (96, 64, 0))
    #expect(video.frameRate == 25 && !video.isVariable)
  }
}
