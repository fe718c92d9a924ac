import Fixtures
import Foundation
import NN
import Support
import Testing

@testable import ModelStore

/// Checks of the real models, as they are installed in the user's store.
@Suite struct InstalledModelTests {
  private static let store = ModelStore(root: ModelStore.defaultRoot())

  private static func installed(_ model: KnownModel) -> URL? {
    try? store.verifiedFile(model: model.name, file: "model.safetensors")
  }
  private static let moonshine = installed(.moonshineTiny)
  private static let silero = installed(.sileroVAD)
  private static let mtcnn = installed(.mtcnn)

  /// One line of the reference's tensor map.
  private struct MapEntry: Decodable {
    let canonical: String
    let shape: [Int]
    let dtype: String
    let scale: Float?
    let zeroPoint: UInt8?

    enum CodingKeys: String, CodingKey {
      case canonical, shape, dtype, scale
      case zeroPoint = "zero_point"
    }
  }

  private static let map = SharedData.url("reference/moonshine-tiny-en/tensor_map.json")
    .flatMap { try? Data(contentsOf: $0) }
    .flatMap { try? JSONDecoder().decode([MapEntry].self, from: $0) }

  @Test(
    .enabled(if: moonshine != nil, "moonshine-tiny-en is not installed"),
    .enabled(if: map != nil, "../shared/reference is absent"))
  func moonshineAgreesWithTheReference() throws {
    let file = try SafetensorsFile(path: try #require(Self.moonshine).path)
    let scope = WeightScope(file)
    let map = try #require(Self.map)
    #expect(map.count == 161)
    for tensor in map where tensor.canonical != MoonshineLayout.tiedProjection {
      if let scale = tensor.scale {
        let quantized = try scope.u8(tensor.canonical, shape: tensor.shape)
        #expect(quantized.scales == [scale] && quantized.zeroPoint == tensor.zeroPoint)
      } else if tensor.shape.count == 1 {
        _ = try scope.f32(tensor.canonical, shape: tensor.shape)
      } else {
        _ = try scope.u8(tensor.canonical, shape: tensor.shape)
      }
    }
    try scope.finish()
  }

  // The grids on which the convolutions were found to lie when the format was described.
  @Test(
    .enabled(if: moonshine != nil, "moonshine-tiny-en is not installed"),
    arguments: [
      ("conv1", [288, 1, 127], 0.013489899225533009, 126),
      ("conv2", [576, 288, 7], 0.015910595655441284, 136),
      ("conv3", [288, 576, 3], 0.0198160819709301, 195),
    ] as [(String, [Int], Float, UInt8)])
  func convolutionsLieOnTheirGrids(
    name: String, shape: [Int], scale: Float, zeroPoint: UInt8
  ) throws {
    let file = try SafetensorsFile(path: try #require(Self.moonshine).path)
    let weight = try WeightScope(file)["model.encoder"][name].u8("weight", shape: shape)
    #expect(weight.scales == [scale] && weight.zeroPoint == zeroPoint)
  }

  /// SHA-256 over the bytes of all tensors, sorted by name.
  private func digest(_ url: URL?) throws -> String {
    let file = try SafetensorsFile(path: try #require(url).path)
    var hash = SHA256()
    for entry in file.entries.sorted(by: { $0.name < $1.name }) {
      file.withBytes(of: entry) { hash.update($0) }
    }
    return hash.finish()
  }

  // The digests are those of the same tensors read from the wheels with numpy.
  @Test(.enabled(if: moonshine != nil, "moonshine-tiny-en is not installed"))
  func moonshineIsBitExact() throws {
    #expect(
      try digest(Self.moonshine)
        == "b6ad8db16776fefa1d4450f2abfda08e82e9bceb60e6decbab507579e0da7f39")
  }

  @Test(.enabled(if: silero != nil, "silero-vad is not installed"))
  func sileroIsBitExact() throws {
    #expect(
      try digest(Self.silero) == "80b90f5a5e4e6fc32813c920c1a878983376f3e6f33d0e3f0bfc4e5a487481ee")
  }

  @Test(.enabled(if: mtcnn != nil, "mtcnn is not installed"))
  func mtcnnIsBitExact() throws {
    #expect(
      try digest(Self.mtcnn) == "45584c5794150e2562e7c4557b55421683b4e308cdd9b075055219902f68cb1b")
  }
}
