import Fixtures
import Foundation
import Testing

@testable import Demux

/// Real recordings, which lie beside the checkout.
@Suite struct RecordingTests {
  /// A few files of each kind, in order of their names.
  static let files: [String] =
    ["grid/s1", "grid/s2", "grid/s3", "grid/s22", "ami", "noise", "librispeech/test-other"]
    .flatMap { folder -> [String] in
      guard let path = SharedData.url("data/\(folder)")?.path else { return [] }
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
      let media = (names ?? []).filter { name in
        ["mp4", "mpg", "flac", "opus"].contains { name.hasSuffix(".\($0)") }
      }
      return media.sorted().prefix(3).map { "\(folder)/\($0)" }
    }

  @Test(.enabled(if: SharedData.url("data") != nil, "../shared/data is absent"), arguments: files)
  func samplesAndDurationAreThoseOfFFmpeg(_ file: String) throws {
    let path = try #require(SharedData.url("data/\(file)")).path
    let delivered = try Delivered(path)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    let text = try MediaFixture.run(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=duration,start_time",
        "-of", "csv=p=0", path,
      ])
    let fields = String(decoding: text, as: UTF8.self).split(whereSeparator: { ",\n".contains($0) })
    let duration = try #require(fields.last.flatMap { Double($0) })
    let length = Double(delivered.samples.count) / 16_000
    // Containers round to a packet (24 ms of MP2, 20 ms of Opus).
    #expect(abs(length - duration) < 0.03, "\(length) \(duration)")
    let reference = try MediaFixture.reference(path)
    #expect(abs(delivered.samples.count - reference.count) <= 2)
    // A stream that begins between two output samples is put on their grid here.
    let tolerance: Float = file.hasSuffix("mpg") ? 0.05 : 1e-4
    #expect(greatestDifference(delivered.samples, reference) < tolerance)
  }
}
