import Foundation
import Testing

@testable import Demux

/// Headers that tell another length than the file has, in every format whose samples lie in one chunk.
@Suite struct SampleExtentTests {
  /// A format: the ending, what FFmpeg is told, the mark after which the length stands, bytes of the
  /// length, and what it counts beside the samples.
  struct Kind: CustomTestStringConvertible, Sendable {
    let ending: String
    let options: [String]
    let mark: String
    /// From the mark to the length.
    let distance: Int
    let bytes: Int
    let isBigEndian: Bool
    let extra: Int
    var testDescription: String { ending }
  }

  static let kinds = [
    Kind(
      ending: "wav", options: [], mark: "data", distance: 4, bytes: 4, isBigEndian: false, extra: 0),
    Kind(
      ending: "aiff", options: [], mark: "SSND", distance: 4, bytes: 4, isBigEndian: true, extra: 8),
    Kind(
      ending: "caf", options: [], mark: "data", distance: 4, bytes: 8, isBigEndian: true, extra: 4),
    Kind(
      ending: "w64", options: [], mark: "data", distance: 16, bytes: 8, isBigEndian: false,
      extra: 24),
    Kind(
      ending: "au", options: [], mark: ".snd", distance: 8, bytes: 4, isBigEndian: true, extra: 0),
    Kind(
      ending: "rf64", options: ["-f", "wav", "-rf64", "always"], mark: "ds64", distance: 16,
      bytes: 8, isBigEndian: false, extra: 0),
  ]

  private static func whole(_ kind: Kind) throws -> String {
    try MediaFixture.make(
      "extent.\(kind.ending)",
      Source.chirp(length: 4, rate: 16_000) + ["-ac", "1", "-bitexact"] + kind.options)
  }

  /// The file with a length of samples, in bytes, in its header, and cut to a share of it.
  private static func file(_ kind: Kind, declared: Int?, share: Double = 1) throws -> String {
    var bytes = try MediaFixture.bytes(whole(kind))
    if let declared {
      let mark = Array(kind.mark.utf8)
      let start = try #require(bytes.indices.dropLast(8).first { bytes[$0..<$0 + 4] == mark[...] })
      for index in 0..<kind.bytes {
        let shift = 8 * (kind.isBigEndian ? kind.bytes - 1 - index : index)
        bytes[start + kind.distance + index] = UInt8(
          truncatingIfNeeded: (declared + kind.extra) >> shift)
      }
    }
    let name = "extent-\(declared ?? -1)-\(Int(100 * share)).\(kind.ending)"
    return try MediaFixture.write(name, bytes.prefix(Int(Double(bytes.count) * share)))
  }

  /// A recorder that crashed after its last update of the header.
  @Test(arguments: kinds) func samplesBehindTheDeclaredEndAreRead(kind: Kind) throws {
    let (whole, short) = try (
      Delivered(Self.whole(kind)), Delivered(Self.file(kind, declared: 32_000))
    )
    #expect(whole.samples.count >= 64_000)
    #expect(short.samples == whole.samples)
    #expect(short.damage.isEmpty, "\(short.damage)")
    #expect(abs((short.info.duration ?? 0) - 4) < 0.1, "\(String(describing: short.info.duration))")
  }

  /// A length of 0 is "until the end".
  @Test(arguments: kinds) func noLength(kind: Kind) throws {
    let whole = try Delivered(Self.whole(kind))
    let open = try Delivered(Self.file(kind, declared: 0))
    #expect(open.samples == whole.samples)
    #expect(open.damage.isEmpty, "\(open.damage)")
  }

  /// A copy that broke off.
  @Test(arguments: kinds) func cutFilesAreTold(kind: Kind) throws {
    let cut = try Delivered(Self.file(kind, declared: nil, share: 0.5))
    #expect(cut.damage.isTruncated)
    #expect(cut.damage.corruptPackets == 0)
    #expect(abs(cut.end - 2) < 0.1)
  }

  @Test func whatFollowsIsNoSample() throws {
    let kind = Self.kinds[2]
    let whole = try Delivered(Self.whole(kind))
    let tail = Array("info".utf8) + [0, 0, 0, 0, 0, 0, 8, 0] + [UInt8](repeating: 65, count: 2_048)
    let path = try MediaFixture.write("tail.caf", MediaFixture.bytes(Self.whole(kind)) + tail)
    let delivered = try Delivered(path)
    #expect(delivered.samples == whole.samples)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
  }
}
