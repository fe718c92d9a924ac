import Foundation
import ModelStore
import NN

/// Moonshine base in its real sizes, of weights that golden values were computed with by transformers:
/// each tensor is a sequence of SplitMix64 that starts from its name (`Training/golden_moonshine.py`).
package struct SyntheticMoonshine: Sendable {
  /// Names of the golden clips, 24,000 samples each.
  package static let clips = ["4", "7"]
  /// Of frames and logits every so many are kept.
  package static let every = 8

  private let goldens: SafetensorsFile

  /// Reads the golden values, of base or of the named file.
  package init(file: String = "moonshine-base") throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Goldens/\(file).safetensors")
    goldens = try SafetensorsFile(path: url.path)
  }

  /// Golden values, row by row; those of `NAME.rounded` are transformers' with keys and values in 8 bits.
  package func values(_ name: String) throws -> [Float] {
    try WeightScope(goldens).f32(name, shape: goldens[name]?.shape ?? []).elements
  }

  /// What transformers' model writes, the start token first.
  package func ids(_ clip: String) -> [Int32] {
    guard let entry = goldens["\(clip).ids"] else { return [] }
    return goldens.withBytes(of: entry) { Array($0.bindMemory(to: Int32.self)) }
  }

  /// Names and shapes of transformers' tensors, sorted.
  package var tensorLines: [String] {
    guard let entry = goldens["tensors"] else { return [] }
    let text = goldens.withBytes(of: entry) { String(decoding: $0, as: UTF8.self) }
    return text.split(separator: "\n").map(String.init)
  }

  /// The samples of a clip.
  package static func samples(_ clip: String) -> [Float] {
    SyntheticLipModel.uniform("clip.\(clip)", 24_000, spread: 0.5)
  }

  /// All tensors but those that `isLeftOut` tells, as a new file in the temporary folder; the caller
  /// removes it.
  package static func write(leavingOut isLeftOut: (String) -> Bool = { _ in false }) throws -> URL {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "viseme-base-\(UUID().uuidString).safetensors")
    let tensors = MoonshineLayout.base.tensors.filter { !isLeftOut($0.name) }.map(tensor)
    try SafetensorsWriter.write(tensors, metadata: [:], to: url)
    return url
  }

  private static func tensor(_ name: String, _ shape: [Int]) -> TensorData {
    let inputs = Double(shape.dropFirst().reduce(1, *))
    let (spread, centre): (Double, Float) =
      switch name {
      case _ where name.hasSuffix("norm.weight"): (0.3, 1)
      case _ where name.hasSuffix(".bias"): (0.1, 0)
      default: ((3 / inputs).squareRoot(), 0)
      }
    return TensorData(
      name: name, shape: shape,
      floats: SyntheticLipModel.uniform(
        name, shape.reduce(1, *), spread: Float(spread), around: centre))
  }
}
