import AudioEncoder
import Foundation
import NN

/// Recordings and models that lie outside the repository; tests that need them are skipped, and
/// say so, where they are absent.
enum SpeechData {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  static let root =
    tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data")

  static let model: URL = {
    let environment = ProcessInfo.processInfo.environment
    let root =
      environment["VISEME_MODELS"] ?? environment["XDG_DATA_HOME"].map { $0 + "/viseme/models" }
      ?? NSHomeDirectory() + "/.local/share/viseme/models"
    return URL(filePath: root).appending(path: "silero-vad/model.safetensors")
  }()

  static let hasModel = FileManager.default.isReadableFile(atPath: model.path)
  static let hasRecordings =
    hasModel && FileManager.default.isReadableFile(atPath: root.appending(path: "jfk.flac").path)

  static func weights() throws -> VoiceActivityWeights {
    try VoiceActivityWeights(WeightScope(SafetensorsFile(path: model.path)))
  }

  /// A recording under `root` as 16 kHz mono, decoded by the `ffmpeg` program. (Foundation's
  /// `Process` leaks a few bytes a run, which the leak sanitizer reports.)
  static func samples(_ name: String) throws -> [Float] {
    let path = root.appending(path: name).path.replacing("'", with: "'\\''")
    let command = "ffmpeg -v error -nostdin -i '\(path)' -ac 1 -ar 16000 -f f32le -"
    guard let pipe = popen(command, "r") else { throw DecodingFailed(name: name) }
    var samples: [Float] = []
    var block = [Float](repeating: 0, count: 1 << 16)
    while case let count = fread(&block, 4, block.count, pipe), count > 0 {
      samples += block[..<count]
    }
    guard pclose(pipe) == 0 else { throw DecodingFailed(name: name) }
    return samples
  }

  struct DecodingFailed: Error { let name: String }

  /// Names of the recordings in a folder under `root`, sorted.
  static func recordings(_ folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path)
    return (names ?? []).filter { $0.hasSuffix(".flac") || $0.hasSuffix(".opus") }.sorted()
      .map { "\(folder)/\($0)" }
  }
}

/// xorshift64*: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
