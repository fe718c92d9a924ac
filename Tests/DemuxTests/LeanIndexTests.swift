import Testing

@testable import Demux

/// Long MP4s are read with less of their index; what is delivered must not differ.
@Suite struct LeanIndexTests {
  private static let lean: MediaLimits = {
    var limits = MediaLimits()
    limits.wholeIndexBytes = 0
    return limits
  }()

  /// More pictures than a lean index knows, and in turn: plain, moved by an edit list, cut by one
  /// in the middle of a packet and before a key frame, with B-frames, QuickTime.
  private static func file(_ kind: String) throws -> String {
    let source = Source.chirp(length: 20) + Source.video(length: 20)
    let plain = { () throws -> String in
      try MediaFixture.make("lean.mp4", source + ["-c:a", "aac"] + ContainerCase.h264)
    }
    switch kind {
    case "moved.mp4":
      return try MediaFixture.make(
        "lean-\(kind)",
        Source.video(length: 20) + ["-itsoffset", "1.5"] + Source.chirp(length: 18)
          + ["-c:a", "aac"] + ContainerCase.h264)
    case "cut.mp4":
      return try MediaFixture.make(
        "lean-\(kind)", ["-ss", "3.51", "-i", try plain(), "-c", "copy"])
    case "b-frames.mp4":
      return try MediaFixture.make(
        "lean-\(kind)",
        source + ["-c:a", "aac", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3"])
    case "front.mp4":
      return try MediaFixture.make(
        "lean-\(kind)", ["-i", try plain(), "-c", "copy", "-movflags", "+faststart"])
    case "pcm.mov":
      return try MediaFixture.make(
        "lean-\(kind)", source + ["-c:a", "pcm_s16le"] + ContainerCase.h264)
    default: return try plain()
    }
  }

  @Test(arguments: [
    "plain.mp4", "moved.mp4", "cut.mp4", "b-frames.mp4", "front.mp4", "pcm.mov",
  ])
  func nothingDiffers(_ kind: String) throws {
    let path = try Self.file(kind)
    for (start, end) in [(nil, nil), (15.123, 17.0)] as [(Double?, Double?)] {
      let whole = try Delivered(path, DemuxOptions(start: start, end: end))
      let lean = try Delivered(path, DemuxOptions(start: start, end: end, limits: Self.lean))
      #expect(lean.start == whole.start)
      // Cut without decoding, the decoder begins with one frame more or less of history, which
      // shows in its first and in the padding of its last frame (372 samples at 16 kHz), and a
      // little in the noise that AAC makes up.
      let isCut = kind == "cut.mp4" && start == nil
      #expect(lean.samples.count == whole.samples.count)
      let difference = greatestDifference(
        lean.samples.dropFirst(isCut ? 400 : 0).dropLast(isCut ? 400 : 0),
        whole.samples.dropFirst(isCut ? 400 : 0))
      #expect(difference <= (isCut ? 0.04 : 0), "\(difference)")
      #expect(lean.damage == whole.damage)
      #expect(lean.info.streams.map(\.kind) == whole.info.streams.map(\.kind))
      #expect(lean.info.videoStreams.map(\.codec) == whole.info.videoStreams.map(\.codec))
      let rates = (lean.info.videoStreams + whole.info.videoStreams).map(\.video?.frameRate)
      #expect(rates == [25, 25])
      let offsets = zip(lean.info.streams, whole.info.streams)
        .map { abs(($0.startOffset ?? -1) - ($1.startOffset ?? -2)) }
      // B-frames put the first picture's time off by the reordering, which edit lists undo.
      #expect(offsets.allSatisfy { $0 < 0.13 }, "\(offsets)")
      #expect(abs((lean.info.duration ?? 0) - (whole.info.duration ?? -1)) < 0.13)
    }
  }

  @Test func videoTablesAreShortened() throws {
    let file = try InputFile(path: Self.file("plain.mp4"))
    let declared = DeclaredSize(of: file)
    let lean = LeanIndex(of: file, declared.index, Self.lean)
    let patches = try #require(lean).patches
    #expect(patches.map(\.bytes) == [[0, 0, 1, 0]])
    let place = try #require(patches.first).offset
    let pictures = bigEndian(file.bytes(at: place, count: 4))
    #expect(pictures == 500)
    let isWhole = LeanIndex(of: file, declared.index, MediaLimits()) == nil
    #expect(isWhole)
  }

  /// An edit list that ends a track early is more than moving its beginning.
  @Test func editsThatCutTheEndAreLeftAlone() throws {
    var bytes = try MediaFixture.bytes(Self.file("plain.mp4"))
    for index in 0..<bytes.count - 4 where bytes[index..<index + 4].elementsEqual("elst".utf8) {
      // Version and flags, count, then the duration in ticks of 1 ms.
      bytes.replaceSubrange(index + 12..<index + 16, with: [0, 0, 0x1F, 0x40])
    }
    let path = try MediaFixture.write("lean-shortened.mp4", bytes)
    let file = try InputFile(path: path)
    let isWhole = LeanIndex(of: file, DeclaredSize(of: file).index, Self.lean) == nil
    #expect(isWhole)
    let delivered = try Delivered(path, DemuxOptions(limits: Self.lean))
    #expect(abs(delivered.end - 8) < 0.03, "\(delivered.end)")
  }
}
