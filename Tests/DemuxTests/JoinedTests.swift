import Foundation
import Testing

@testable import Demux

/// Recordings joined byte by byte: the sound goes on, the length is that of all, and nothing is told that is
/// not so.
@Suite struct JoinedTests {
  /// Parts of three seconds, each with a burst after one.
  private static func joined(
    _ name: String, _ kind: String, _ rates: [Int], between: [UInt8] = [], _ options: [String]
  ) throws -> Delivered {
    let parts = try rates.enumerated().map { number, rate in
      try MediaFixture.bytes(
        MediaFixture.make(
          "\(name)-\(number).\(kind)",
          Source.bursts(at: [1], length: 3, rate: rate) + ["-ar", String(rate)] + options))
    }
    let bytes = parts.dropFirst().reduce(parts[0]) { $0 + between + $1 }
    return try Delivered(MediaFixture.write("\(name).\(kind)", bytes))
  }

  private static func expectWhole(_ delivered: Delivered, parts: Int) throws {
    for number in 0..<parts {
      let from = Double(3 * number)
      let onset = try #require(delivered.onset(from: from), "part \(number)")
      #expect(abs(onset - from - 1) < 0.1, "part \(number): \(onset)")
    }
    let length = Double(3 * parts)
    #expect(abs(delivered.end - length) < 0.25, "\(delivered.end)")
    #expect(
      abs((delivered.info.duration ?? 0) - length) < 0.25,
      "\(String(describing: delivered.info.duration))")
    #expect(delivered.damage.corruptPackets == 0)
    #expect(!delivered.damage.isTruncated)
  }

  /// Tags at the end of one and the beginning of the next, and its frame that holds only an index.
  @Test func tagsBetweenMP3s() throws {
    let tag = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
    let delivered = try Self.joined(
      "tags", "mp3", [48_000, 48_000], between: tag, ["-c:a", "libmp3lame", "-id3v2_version", "3"])
    try Self.expectWhole(delivered, parts: 2)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
  }

  /// Headers of links are no sound.
  @Test func headersBetweenLinksOfSpeex() throws {
    let delivered = try Self.joined(
      "speex", "ogg", [16_000, 16_000], ["-c:a", "libspeex", "-ac", "1"])
    try Self.expectWhole(delivered, parts: 2)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
  }

  @Test(arguments: [("aac", "aac"), ("ogg", "libvorbis"), ("ogg", "flac")])
  func otherRates(kind: String, codec: String) throws {
    let delivered = try Self.joined("rates-\(codec)", kind, [48_000, 22_050], ["-c:a", codec])
    try Self.expectWhole(delivered, parts: 2)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
  }

  /// Links of a chained Ogg file may have different codecs, depths and rates.
  @Test(arguments: [
    [["libvorbis"], ["libopus"]], [["libopus"], ["libvorbis", "-ar", "22050"]],
    [["libspeex", "-ar", "16000"], ["libopus"], ["flac"]],
    [["flac", "-sample_fmt", "s16"], ["flac", "-sample_fmt", "s32", "-ac", "2"]],
  ])
  func otherCodecs(codecs: [[String]]) throws {
    let path = try Self.chain("codecs-\(codecs.joined().joined())", codecs)
    let delivered = try Delivered(path)
    try Self.expectWhole(delivered, parts: codecs.count)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
  }

  /// What begins within a later link is what is there when all is read.
  @Test(arguments: [["libopus", "libopus", "libopus"], ["flac", "libvorbis", "libopus"]])
  func linksAreFoundByTime(codecs: [String]) throws {
    let path = try Self.chain("places-\(codecs.joined())", codecs.map { [$0] })
    for start in [3.5, 5.2, 6.5, 8.5] {
      var options = DemuxOptions()
      options.start = start
      let delivered = try Delivered(path, options)
      #expect(abs(delivered.end - 9) < 0.05, "from \(start): \(delivered.end)")
      let onset = delivered.onset()
      let next = start < 4 ? 4.0 : start < 7 ? 7.0 : nil
      if let next {
        #expect(abs((onset ?? 0) - next) < 0.05, "from \(start): \(String(describing: onset))")
      } else {
        #expect(onset == nil)
      }
      #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    }
  }

  /// A link that cannot be read is told, and those after it are heard.
  @Test func aLinkWithoutACodecIsPassedOver() throws {
    let path = try Self.chain("broken", [["libvorbis"], ["libvorbis"], ["libvorbis"]])
    var bytes = try MediaFixture.bytes(path)
    let setup = Array("\u{5}vorbis".utf8)
    let places = bytes.indices.dropLast(setup.count).filter {
      bytes[$0] == 5 && bytes[$0..<$0 + setup.count].elementsEqual(setup)
    }
    try #require(places.count == 3)
    for index in places[1] + 7..<places[1] + 300 { bytes[index] = 0xFF }
    let delivered = try Delivered(MediaFixture.write("broken-setup.ogg", bytes))
    #expect(delivered.damage.corruptPackets > 0)
    let onsets = [0.0, 3.0].map { delivered.onset(from: $0) ?? 0 }
    #expect(abs(onsets[0] - 1) < 0.1)
    #expect(onsets[1] > 3.5 && onsets[1] < 7.1, "\(onsets)")
  }

  /// Ogg files of 3 s each, with a burst after one, joined byte by byte.
  private static func chain(_ name: String, _ codecs: [[String]]) throws -> String {
    let parts = try codecs.enumerated().map { number, codec in
      try MediaFixture.bytes(
        MediaFixture.make(
          "\(name)-\(number).ogg",
          Source.bursts(at: [1], length: 3, rate: 48_000) + ["-ac", "1", "-c:a"] + codec))
    }
    return try MediaFixture.write("\(name).ogg", parts.flatMap(\.self))
  }

  /// Each part has a clock of its own, which is told; the length is that of all.
  @Test func transportStreams() throws {
    let delivered = try Self.joined("streams", "ts", [48_000, 48_000], ["-c:a", "mp2"])
    try Self.expectWhole(delivered, parts: 2)
    #expect(delivered.damage.timestampJumps == 1)
  }

  /// A transport stream with a gap is as long as its clock says.
  @Test func gapsCountInTheLength() throws {
    let path = try MediaFixture.make(
      "joined-gap.ts",
      Source.bursts(at: [1], length: 6, rate: 48_000)
        + ["-c:a", "mp2", "-bsf:a", "setts=ts='TS+gte(TS,270000)*900000'"])
    #expect(abs((try Demuxer.probe(path: path).duration ?? 0) - 16) < 0.3)
  }

  /// A file that ends in the middle of a packet of several frames loses the broken one alone.
  @Test func wholeFramesOfTheLastPacketAreHeard() throws {
    let whole = try MediaFixture.make(
      "last.ts", Source.chirp(length: 6, rate: 48_000) + ["-c:a", "aac", "-b:a", "64k"])
    let bytes = try MediaFixture.bytes(whole)
    let cut = try Delivered(MediaFixture.write("last-cut.ts", bytes.prefix(bytes.count * 6 / 10)))
    let reference = try MediaFixture.reference(
      MediaFixture.directory.appendingPathComponent("last-cut.ts").path)
    #expect(cut.damage.corruptPackets <= 1, "\(cut.damage)")
    #expect(cut.samples.count >= reference.count - 1_024, "\(cut.samples.count) \(reference.count)")
  }

  /// A day of gaps in a small file.
  @Test func manyGapsAreNotComputed() {
    var blocks = BlockAssembler(track: 0, range: 0..<(1 << 40))
    var (count, position): (Int, Int64) = (0, 0)
    let sound = [Float](repeating: 0.1, count: 320)
    for _ in 0..<2_880 {
      sound.withUnsafeBufferPointer { blocks.append($0, at: position) }
      position += 480_000
      blocks.silence(to: position)
      while let block = blocks.pop() { count += block.samples.count }
    }
    #expect(count < 16_000 * 3 * 3_600, "\(count)")
    #expect(blocks.end == position)
  }
}
