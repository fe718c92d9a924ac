import Foundation
import NN

/// What the networks of `SyntheticLipModel` compute in PyTorch, and what they are given: 200
/// frames of audio and 120 of lips, some absent.
package struct LipGoldenValues: Sendable {
  package static let frames = 200
  package static let lipFrames = 120
  /// Of long sequences every so many frames are kept.
  package static let every = 8

  /// Reads the file beside these sources.
  package init() throws {
    try self.init(
      URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens/lip-networks.safetensors"))
  }

  /// Reads the golden values at `url`.
  package init(_ url: URL) throws { file = try SafetensorsFile(path: url.path) }

  private let file: SafetensorsFile

  /// The values called `name`, row by row.
  package func values(_ name: String) throws -> [Float] {
    let shape = file[name]?.shape ?? []
    return try WeightScope(file).f32(name, shape: shape).elements
  }

  /// The bytes called `name`.
  package func bytes(_ name: String) -> [UInt8] {
    file[name].map { file.withBytes(of: $0) { Array($0) } } ?? []
  }

  /// Audio embeddings as they come from the encoder.
  package static let audio = Embeddings(
    frames: frames, width: 288,
    values: SyntheticLipModel.uniform("audio", frames * 288, spread: 1.7))

  /// Lips whose embeddings are any numbers.
  package func lips() throws -> LipSequence {
    let quality = try values("quality")
    return LipSequence(
      values: SyntheticLipModel.uniform("lips", Self.lipFrames * 192, spread: 1.7),
      times: try values("times"),
      isPresent: (0..<Self.lipFrames).map {
        quality[$0 * 6 + 5] >= 0.5 && quality[$0 * 6 + 4] <= 0.3
      }, quality: quality, faceDistance: 0, isKnownFace: true)
  }

  /// Every so many of rows of `width` values.
  package static func sample(_ values: [Float], width: Int) -> [Float] {
    stride(from: 0, to: values.count / width, by: every).flatMap {
      values[$0 * width..<($0 + 1) * width]
    }
  }
}

/// The weights that training wrote into the repository, with golden values of every stage; nil
/// where they are absent.
package enum TrainedLipModel {
  package static let weights = url("lips-grid-s1.safetensors")
  package static let goldenValues = url("golden-lips.safetensors")
  /// Lips and agreement of many people, and what they make of the same crops and sound.
  package static let peopleWeights = url("lips-many.safetensors")
  package static let peopleGoldenValues = url("golden-lips-many.safetensors")

  private static func url(_ name: String) -> URL? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let url = root.appending(path: "Training/weights/\(name)")
    return FileManager.default.isReadableFile(atPath: url.path) ? url : nil
  }
}
