import Fixtures
import Foundation

/// Recordings that every checkout has or that are made in a moment.
enum Recordings {
  /// The sample meeting: 75 s, three voices, a picture.
  static let meeting = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "samples/meeting.mp4")
    .path

  /// A WAVE file of mono samples of 16 bits at 16 kHz.
  static func wave(_ samples: [Int16], at url: URL) throws {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { little(Int($0), 2) }
    var file = Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8)
    file += little(16, 4) + little(1, 2) + little(1, 2) + little(16_000, 4) + little(32_000, 4)
    file += little(2, 2) + little(16, 2) + Array("data".utf8) + little(data.count, 4) + data
    try Data(file).write(to: url)
  }

  /// Runs `body` with a folder that goes away after it.
  static func inFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
  }
}
