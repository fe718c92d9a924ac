import Foundation
import Testing

@testable import Demux

/// Pictures and their times.
@Suite struct VideoTests {
  private static func frames(
    _ path: String, _ request: VideoRequest, start: Double? = nil
  ) throws -> Delivered {
    try Delivered(path, DemuxOptions(audio: nil, video: request, start: start))
  }

  /// Times of a file's video frames as ffprobe gives them, from the container's start; nil where a
  /// frame has none.
  private static func times(_ path: String) throws -> [Double?] {
    func probe(_ arguments: [String]) throws -> [Double?] {
      let data = try MediaFixture.run("ffprobe", ["-v", "error", "-of", "csv=p=0"] + arguments)
      return String(decoding: data, as: UTF8.self)
        .split(whereSeparator: { "\n,".contains($0) }).map { Double($0) }
    }
    let start = try probe(["-show_entries", "format=start_time", path]).first.flatMap(\.self) ?? 0
    return try probe([
      "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", path,
    ]).map { $0.map { $0 - start } }
  }

  @Test(arguments: ["a.mp4", "a.mov", "a.mkv", "a.webm", "a.avi", "a.mpg", "a.ts", "b.ts"])
  func timesAreThoseOfFFprobe(_ name: String) throws {
    let container = try #require(ContainerCase.all.first { $0.name == name })
    let path = try container.file(Source.chirp(), "chirp-")
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    let expected = try Self.times(path)
    #expect(delivered.frames.count == expected.count)
    for (frame, time) in zip(delivered.frames, expected) {
      // A frame without a time follows the one before at the stream's rate.
      let time = time ?? frame.time.seconds
      // ffprobe prints microseconds; Opus priming moves time zero of WebM by up to 6.5 ms.
      #expect(abs(frame.time.seconds - time) < (name == "a.webm" ? 0.007 : 2e-6))
    }
    #expect(delivered.frames.allSatisfy { $0.bytes.count == 96 * 64 })
    // The last frame of this one has no time of its own.
    if name == "a.mpg" {
      let end = try #require(delivered.frames.last).time.seconds
      #expect(abs(end - delivered.frames[148].time.seconds - 0.04) < 2e-6)
    }
  }

  /// A decoder that puts pictures in order holds several at the end.
  @Test func theLastPicturesAreDelivered() throws {
    let path = try MediaFixture.make(
      "reordered.mkv",
      Source.video(length: 2) + [
        "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p",
      ])
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    let expected = try Self.times(path).compactMap(\.self)
    #expect(delivered.frames.count == expected.count && expected.count == 50)
    #expect(zip(delivered.frames, expected).allSatisfy { abs($0.time.seconds - $1) < 1e-3 })
  }

  @Test func variableFrameRate() throws {
    let path = try MediaFixture.make(
      "vfr.mp4",
      Source.video(length: 4) + [
        "-vf", "select='not(mod(n,7))+not(mod(n,3))+between(n,40,50)'", "-vsync", "vfr",
        "-c:v", "libx264", "-preset", "ultrafast", "-video_track_timescale", "30000",
      ])
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    let expected = try Self.times(path)
    #expect(delivered.frames.count == expected.count && expected.count > 40)
    for (frame, time) in zip(delivered.frames, expected) {
      let time = try #require(time)
      #expect(abs(frame.time.seconds - time) < 2e-6)
    }
    #expect(delivered.frames[1].time == MediaTime(value: 3, timescale: 25))
    #expect(delivered.info.videoStreams.first?.video?.isVariable == true)
  }

  /// Frames of 30000/1001 a second have times that no decimal fraction gives.
  @Test func timesAreExact() throws {
    let path = try MediaFixture.make(
      "ntsc.mp4",
      ["-f", "lavfi", "-i", "testsrc=s=64x64:r=30000/1001:d=2"] + ContainerCase.h264)
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    #expect(delivered.frames[7].time == MediaTime(value: 7 * 1001, timescale: 30_000))
  }

  @Test(arguments: [PixelFormat.gray8, .rgb24])
  func pixelsAreThoseOfFFmpeg(_ format: PixelFormat) throws {
    // An odd width, so that rows are not aligned, and a full chroma raster, so that only the
    // matrix and the range are compared and no chroma filter.
    let path = try MediaFixture.make(
      "odd.mkv",
      Source.video(length: 1, size: "97x63") + ["-pix_fmt", "yuv444p", "-c:v", "ffv1"])
    let delivered = try Self.frames(path, VideoRequest(format: format))
    let name = format == .gray8 ? "gray" : "rgb24"
    let expected = try [UInt8](
      MediaFixture.run(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-i", path, "-pix_fmt", name, "-f", "rawvideo", "-"]))
    let bytes = delivered.frames.flatMap(\.bytes)
    #expect(bytes.count == expected.count)
    let difference = zip(bytes, expected).map { abs(Int($0) - Int($1)) }.max() ?? 255
    // Rounding within libswscale differs between its code paths.
    #expect(difference <= 3)
  }

  /// What is made smaller goes another way than what keeps its size, with the same colours.
  @Test(arguments: ["yuv420p", "yuv422p", "yuv444p", "nv12"], [64, 50])
  func coloursStayWhereAPictureIsMadeSmaller(_ pixels: String, width: Int) throws {
    let path = try MediaFixture.make(
      "colours-\(pixels).nut",
      [
        "-f", "lavfi", "-i", "color=0xE02030:s=256x64:r=5:d=1", "-vf",
        "drawbox=x=128:y=0:w=128:h=64:color=0x1030C0:t=fill,format=\(pixels)", "-c:v", "rawvideo",
      ])
    let small = VideoRequest(format: .rgb24, size: .fit(width: width, height: 64))
    for request in [VideoRequest(format: .rgb24), small] {
      let frame = try #require(try Self.frames(path, request).frames.first)
      for (share, colour) in [(1, [0xE0, 0x20, 0x30]), (3, [0x10, 0x30, 0xC0])] {
        let place = (frame.height / 2 * frame.width + frame.width * share / 4) * 3
        let seen = frame.bytes[place..<place + 3].map(Int.init)
        // Two roundings of a matrix of 8 bits.
        #expect(zip(seen, colour).allSatisfy { abs($0 - $1) <= 6 }, "\(seen)")
      }
    }
  }

  /// Black is 0 and white is 255, whether the stream's range is limited or full.
  @Test(arguments: ["tv", "pc"])
  func rangeIsFull(_ range: String) throws {
    let path = try MediaFixture.make(
      "range-\(range).mkv",
      [
        "-f", "lavfi", "-i", "color=white:s=64x64:r=5:d=1", "-vf",
        "drawbox=x=0:y=0:w=32:h=64:color=black:t=fill,scale=out_range=\(range),format=yuv420p",
        "-color_range", range, "-c:v", "ffv1",
      ])
    for format in [PixelFormat.gray8, .rgb24] {
      let frame = try #require(try Self.frames(path, VideoRequest(format: format)).frames.first)
      let size = format.bytesPerPixel
      #expect(frame.bytes[8 * size] <= 1)
      #expect(frame.bytes[56 * size] >= 254)
    }
  }

  @Test(arguments: [
    (VideoRequest.Size.fit(width: 48, height: 48), 48, 32),
    (.fit(width: 1000, height: 16), 24, 16), (.fit(width: 1000, height: 1000), 96, 64),
    (.native, 96, 64), (.fit(width: 1, height: 1), 1, 1),
  ])
  func sizeFits(size: VideoRequest.Size, width: Int, height: Int) throws {
    let path = try ContainerCase.all[0].file(Source.chirp(), "chirp-")
    let delivered = try Self.frames(path, VideoRequest(format: .rgb24, size: size))
    let frame = try #require(delivered.frames.first)
    #expect((frame.width, frame.height) == (width, height))
    #expect(frame.bytes.count == width * height * 3)
  }

  @Test func pixelsBecomeSquare() throws {
    let path = try MediaFixture.make(
      "wide.mp4", Source.video(length: 1) + ["-vf", "setsar=2"] + ContainerCase.h264)
    let request = VideoRequest(format: .gray8, size: .fit(width: 96, height: 96))
    let frame = try #require(try Self.frames(path, request).frames.first)
    #expect((frame.width, frame.height) == (96, 32))
  }

  /// A picture whose top left quarter is white, stored turned and marked so, stands upright.
  @Test(arguments: [0, 90, 180, 270])
  func rotationIsApplied(_ angle: Int) throws {
    let plain = try MediaFixture.make(
      "corner.mp4",
      [
        "-f", "lavfi", "-i", "color=black:s=96x64:r=5:d=1", "-vf",
        "drawbox=x=0:y=0:w=48:h=32:color=white:t=fill",
      ] + ContainerCase.h264)
    let path = try MediaFixture.make(
      "rotated-\(angle).mp4",
      ["-i", plain, "-c", "copy", "-metadata:s:v", "rotate=\(angle)"])
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    let frame = try #require(delivered.frames.first)
    let video = try #require(delivered.info.videoStreams.first?.video)
    // `rotate` counts the degrees by which the stored picture is turned clockwise.
    #expect(video.rotation == (360 - angle) % 360)
    #expect((video.width, video.height) == (frame.width, frame.height))
    // What ffmpeg itself shows, which turns pictures upright by default.
    let expected = try [UInt8](
      MediaFixture.run(
        "ffmpeg",
        [
          "-nostdin", "-v", "error", "-i", path, "-frames:v", "1", "-pix_fmt", "gray", "-f",
          "rawvideo", "-",
        ]))
    #expect(frame.bytes.count == expected.count)
    let difference = zip(frame.bytes, expected).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(difference <= 3)
    #expect((frame.width, frame.height) == (angle % 180 == 0 ? (96, 64) : (64, 96)))
  }

  @Test func resolutionMayChange() throws {
    let parts = try ["64x48", "128x96"].enumerated().map { index, size in
      try MediaFixture.bytes(
        MediaFixture.make(
          "size-\(size).ts",
          Source.video(length: 1, size: size) + [
            "-c:v", "mpeg2video", "-output_ts_offset", "\(index)",
          ]))
    }
    let path = try MediaFixture.write("sizes.ts", parts[0] + parts[1])
    let delivered = try Self.frames(path, VideoRequest(format: .gray8))
    #expect(Set(delivered.frames.map(\.width)) == [64, 128])
    #expect(delivered.frames.allSatisfy { $0.bytes.count == $0.width * $0.height })
    #expect(delivered.frames.count >= 48)
  }

  /// Cover art is no video.
  @Test func coverPictureIsNoVideo() throws {
    let cover = try MediaFixture.make(
      "cover.png", ["-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1"])
    let sound = try ContainerCase.all[0].file(Source.chirp(), "chirp-")
    for name in ["covered.m4a", "covered.mp3"] {
      let codec = name.hasSuffix("mp3") ? "libmp3lame" : "aac"
      let path = try MediaFixture.make(
        name,
        [
          "-i", sound, "-i", cover, "-map", "0:a", "-map", "1", "-c:a", codec, "-c:v", "copy",
          "-disposition:v", "attached_pic",
        ])
      let delivered = try Delivered(path)
      #expect(delivered.info.videoStreams.isEmpty)
      #expect(delivered.info.streams.contains { $0.kind == .other })
      #expect(abs(delivered.end - 6) < 0.1)
      #expect(throws: DemuxError.noVideo) {
        try Self.frames(path, VideoRequest(format: .gray8))
      }
    }
  }

  @Test func streamIsChosenByNumber() throws {
    let path = try MediaFixture.make(
      "two-videos.mkv",
      Source.video(length: 1, size: "64x48") + Source.video(length: 1, size: "128x96") + [
        "-map", "0:v", "-map", "1:v", "-c:v", "mpeg4",
      ])
    for (number, width) in [(1, 64), (2, 128)] {
      let request = VideoRequest(format: .gray8, stream: number)
      #expect(try Self.frames(path, request).frames.first?.width == width)
    }
    #expect(throws: DemuxError.noSuchVideo(requested: 3, available: 2)) {
      try Self.frames(path, VideoRequest(format: .gray8, stream: 3))
    }
  }
}
