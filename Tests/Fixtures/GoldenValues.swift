import Foundation
import ModelStore

/// Values of every stage of moonshine-tiny-en on two clips, computed in f32 with dequantised
/// weights by an implementation that is not ours.
package struct GoldenValues: Sendable {
  /// One clip of `golden.json`.
  package struct Clip: Decodable, Sendable {
    package let samples: Int
    package let frames: Int
    package let stages: [String: Stage]
    package let f32: Decoded

    enum CodingKeys: String, CodingKey {
      case samples, frames, stages, f32
    }
  }

  /// What is known of one stage's output `[time, width]`.
  package struct Stage: Decodable, Sendable {
    package let shape: [Int]
    package let l2: Double
    package let mean: Double
  }

  /// What a greedy decoder writes.
  package struct Decoded: Decodable, Sendable {
    /// With start and end token.
    package let ids: [Int32]
    package let text: String
    /// Largest logit less the next one, of each step.
    package let margin: [Float]
  }

  /// The files or an array of them are not there.
  private struct Absent: Error {}

  private struct File: Decodable {
    let files: [String: Clip]
  }

  /// Names of the clips.
  package static let clips = ["jfk", "jfk3s"]
  /// The values beside the repository; nil when they are absent.
  package static let shared = try? GoldenValues()

  /// By the clip's name.
  package let clip: [String: Clip]
  /// By name, as inflated `.npy` files.
  private let files: [String: [UInt8]]

  private init() throws {
    let folder = "reference/moonshine-tiny-en"
    guard let text = SharedData.url("\(folder)/golden.json"),
      let arrays = SharedData.url("\(folder)/golden.npz")
    else { throw Absent() }
    clip = try JSONDecoder().decode(File.self, from: Data(contentsOf: text)).files
    let archive = try ZipArchive(data: Data(contentsOf: arrays))
    var files: [String: [UInt8]] = [:]
    for name in archive.names { files[name] = try archive.read(name, limit: 16 << 20) }
    self.files = files
  }

  /// The array called `name` of `golden.npz`.
  package func array(_ name: String) throws -> NumpyArray {
    guard let file = files["\(name).npy"] else { throw Absent() }
    return try NumpyArray(file)
  }
}
