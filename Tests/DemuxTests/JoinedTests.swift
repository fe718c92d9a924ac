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

  /// Each part has a clock of its own, which is told; the length is that of all.
  @Test func transportStreams() throws {
    let delivered = try Self.joined("streams", "ts", [48_000, 48_000], ["-c:a", "mp2"])
    try Self.expectWhole(delivered, parts: 2)
    #expect(delivered.damage.timestampJumps == 1)
  }

  /// A transport stream with a gap is as long as its clock says.
  @Test func gapsCountInTheLength() throws {
    let path = try MediaFixture.make(
      "gap.ts",
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
