import Foundation
import Testing

@testable import Demux

/// Files made to have other files read, or to exhaust the machine.
@Suite struct HostileTests {
  /// A recording that must never be reached through another file.
  private static func secret() throws -> String {
    try MediaFixture.make("secret.wav", Source.bursts(at: [0.1], length: 1))
  }

  @Test(arguments: ["m3u8", "mp4", "ts"])
  func playlistIsRefused(_ name: String) throws {
    let secret = try Self.secret()
    let text = """
      #EXTM3U
      #EXT-X-VERSION:3
      #EXT-X-TARGETDURATION:1
      #EXT-X-MEDIA-SEQUENCE:0
      #EXTINF:1.0,
      file://\(secret)
      #EXT-X-ENDLIST

      """
    let path = try MediaFixture.write("playlist.\(name)", Array(text.utf8))
    #expect(failure(of: path) == .refusedFormat("hls"))
  }

  /// Lists for players, which libavformat does not know.
  @Test(arguments: [
    ("m3u", "#EXTM3U\n#EXTINF:11,One\na.wav\n"), ("m3u", "\u{FEFF}#EXTM3U\r\na.wav\r\n"),
    ("pls", "[playlist]\nFile1=a.wav\nNumberOfEntries=1\n"),
    ("asx", "<asx version=\"3.0\"><entry><ref href=\"a.wav\"/></entry></asx>"),
  ])
  func playlistsOfPlayersAreRefused(format: String, text: String) throws {
    let path = try MediaFixture.write("player\(text.utf8.count).\(format)", Array(text.utf8))
    #expect(failure(of: path) == .refusedFormat(format))
  }

  @Test func scriptsAndManifestsAreRefused() throws {
    let secret = try Self.secret()
    let concat = "ffconcat version 1.0\nfile '\(secret)'\n"
    #expect(
      failure(of: try MediaFixture.write("list.mp4", Array(concat.utf8)))
        == .refusedFormat("concat"))
    let dash = """
      <?xml version="1.0"?>
      <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011"
        type="static"><Period><AdaptationSet contentType="audio"><Representation>
        <BaseURL>file://\(secret)</BaseURL></Representation></AdaptationSet></Period></MPD>
      """
    #expect(
      [.refusedFormat("dash"), .notRecognised]
        .contains(failure(of: try MediaFixture.write("manifest.mp4", Array(dash.utf8)))))
    let session = "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n"
    #expect(
      [.refusedFormat("sdp"), .notRecognised]
        .contains(failure(of: try MediaFixture.write("session.mp4", Array(session.utf8)))))
  }

  /// A path that is a URL names a file that does not exist.
  @Test(arguments: [
    "http://127.0.0.1:9/a.mp4", "concat:a.wav|b.wav", "file:/etc/passwd", "subfile,,start,0,,:x",
    "data:audio/wav;base64,UklGRg==", "pipe:0",
  ])
  func urlsAreNoPaths(_ path: String) { #expect(failure(of: path) == .notFound) }

  /// A QuickTime movie whose sound lies in another file ("alis" data reference).
  @Test func referenceMovieIsNotFollowed() throws {
    let secret = try Self.secret()
    let movie = try MediaFixture.make(
      "movie.mov",
      Source.bursts(at: [0.1], length: 1) + ["-c:a", "pcm_s16le", "-movflags", "+faststart"])
    var bytes = try MediaFixture.bytes(movie)
    let reference = try #require(
      (0..<bytes.count - 12).first { bytes[$0..<$0 + 4].elementsEqual("dref".utf8) })
    // The one entry of the table: size, "url " or "alis", flags with 1 for "in this file".
    let entry = reference + 12
    let kind = String(decoding: bytes[entry + 4..<entry + 8], as: UTF8.self)
    #expect(["url ", "alis"].contains(kind))
    let alias = Self.alias(to: secret)
    let grown = alias.count - 12
    bytes.replaceSubrange(entry..<entry + 12, with: alias)
    try Self.grow(&bytes, by: grown, around: reference - 4)
    let path = try MediaFixture.write("reference.mp4", bytes)
    let error = failure(of: path)
    #expect(error == .nothingDecodable(corruptPackets: 0), "\(String(describing: error))")
  }

  /// A data reference entry with an absolute path, as libavformat reads them.
  private static func alias(to path: String) -> [UInt8] {
    func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    let text = Array(path.utf8)
    let tail = be16(2) + be16(text.count) + text + (text.count % 2 == 1 ? [0] : [])
    let record = [UInt8](repeating: 0, count: 150) + tail + be16(0xFFFF) + be16(0)
    let size = 12 + record.count
    return be16(size >> 16) + be16(size & 0xFFFF) + Array("alis".utf8) + [0, 0, 0, 0] + record
  }

  /// Adds to the sizes of all boxes around an offset, and to the chunk offsets behind it.
  private static func grow(_ bytes: inout [UInt8], by count: Int, around offset: Int) throws {
    for name in ["moov", "trak", "mdia", "minf", "dinf", "dref"] {
      let tag = try #require(
        (4..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(name.utf8) })
      try #require(tag - 4 <= offset)
      let size = bytes[tag - 4..<tag].reduce(0) { $0 << 8 | Int($1) } + count
      for byte in 0..<4 { bytes[tag - 4 + byte] = UInt8(size >> (8 * (3 - byte)) & 255) }
    }
  }

  @Test func limits() throws {
    let path = try ContainerCase.all[0].file(Source.chirp(), "chirp-")
    var options = DemuxOptions()
    options.limits.dimension = 95
    #expect(failure(of: path, options) == .limitExceeded(.dimensions(width: 96, height: 64)))
    options.limits = MediaLimits()
    options.limits.pixels = 6_000
    #expect(failure(of: path, options) == .limitExceeded(.dimensions(width: 96, height: 64)))
    options.limits = MediaLimits()
    options.limits.sampleRates = 8_000...44_000
    #expect(failure(of: path, options) == .limitExceeded(.sampleRate(44_100)))
    options.limits = MediaLimits()
    options.limits.streams = 1
    #expect(failure(of: path, options) == .limitExceeded(.streams(2)))
    options.limits = MediaLimits()
    options.limits.packetBytes = 0
    guard case .nothingDecodable? = failure(of: path, options) else {
      Issue.record("packets over the limit were decoded")
      return
    }
  }

  @Test func channelsAreLimited() throws {
    let path = try MediaFixture.make("limit-stereo.wav", Source.bursts(at: [0], channels: 2))
    var options = DemuxOptions()
    options.limits.channels = 1
    #expect(failure(of: path, options) == .limitExceeded(.channels(2)))
  }

  /// Every byte of a file's header, one after another, is set to its complement, and the file cut
  /// anywhere: whatever comes of it, it comes as an error or as samples.
  @Test(arguments: ["a.mp4", "a.mkv", "a.avi", "a.wav", "a.ogg", "a.flac", "a.ts", "a.mpg"])
  func damagedHeadersNeverTrap(_ name: String) throws {
    let container = try #require(ContainerCase.all.first { $0.name == name })
    let short = ContainerCase(
      name: name, audio: container.audio, video: container.video, tolerance: 0)
    let path = try MediaFixture.make(
      "tiny-\(name)",
      Source.chirp(length: 0.3) + (short.video.isEmpty ? [] : Source.video(length: 0.3))
        + short.audio + short.video)
    let bytes = try MediaFixture.bytes(path)
    // The index of an MP4 lies at the end, other headers at the beginning.
    let places =
      Array(stride(from: 0, to: min(bytes.count, 600), by: 13))
      + Array(stride(from: max(0, bytes.count - 1_500), to: bytes.count, by: 29))
    for place in places {
      var changed = bytes
      changed[place] = ~changed[place]
      var options = DemuxOptions(audio: .all, video: VideoRequest(format: .gray8))
      options.limits.gap = 10
      options.limits.silence = 20
      if container.video.isEmpty { options.video = nil }
      _ = failure(of: try MediaFixture.write("changed-\(name)", changed), options)
      options.start = 0.1
      _ = failure(of: try MediaFixture.write("changed-\(name)", changed.prefix(place)), options)
    }
  }
}
