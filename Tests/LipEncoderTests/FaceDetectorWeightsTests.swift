import Foundation
import NN
import Testing

@testable import LipEncoder
@testable import ModelStore

@Suite struct FaceDetectorWeightsTests {
  /// Loads a file that holds `list`, each tensor filled with its place in the list.
  private func load(_ list: TensorList) throws -> FaceDetectorWeights {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let tensors = list.enumerated().map { index, tensor in
      TensorData(
        name: tensor.name, shape: tensor.shape,
        floats: Array(repeating: Float(index), count: tensor.shape.reduce(1, *)))
    }
    try SafetensorsWriter.write(tensors, metadata: [:], to: url)
    return try FaceDetectorWeights(scope: WeightScope(SafetensorsFile(path: url.path)))
  }

  @Test func everyLayerComesFromItsTensors() throws {
    let weights = try load(mtcnnTensors)
    #expect(weights.networks.map(\.convolutions.count) == [3, 3, 4])
    #expect(
      weights.networks.map { $0.heads.map { $0.bias.count } } == [[2, 4], [2, 4], [2, 4, 10]])
    let refinement = weights.networks[1]
    let place = mtcnnTensors.firstIndex { $0.name == "rnet.dense4.weight" }
    #expect(refinement.dense?.weight.shape == [128, 576])
    #expect(refinement.dense?.weight.elements.first == place.map { Float($0) })
    #expect(refinement.dense?.slopes?.shape == [128])
  }

  @Test func aTensorThatIsMissingOrTooManyIsNamed() throws {
    let fewer = mtcnnTensors.filter { $0.name != "onet.prelu4.weight" }
    let missing = #expect(throws: WeightError.self) { try load(fewer) }
    guard case .missing(_, "onet.prelu4.weight") = missing else {
      Issue.record("\(String(describing: missing))")
      return
    }
    let unused = #expect(throws: WeightError.self) { try load(mtcnnTensors + [("onet.x", [1])]) }
    guard case .unused(_, ["onet.x"]) = unused else {
      Issue.record("\(String(describing: unused))")
      return
    }
  }

  static let store = ModelStore(root: ModelStore.defaultRoot())
  static let installed = try? store.verifiedFile(model: "mtcnn", file: "model.safetensors")

  @Test(.enabled(if: installed != nil, "mtcnn is not installed")) func loadsTheInstalledModel()
    throws
  {
    let file = try SafetensorsFile(path: try #require(Self.installed).path)
    let weights = try FaceDetectorWeights(scope: WeightScope(file))
    let counts = weights.networks.map { network in
      (network.convolutions + network.heads + (network.dense.map { [$0] } ?? [])).reduce(0) {
        $0 + $1.weight.count + $1.bias.count + ($1.slopes?.count ?? 0)
      }
    }
    // The published sizes of the three networks.
    #expect(counts == [6632, 100_178, 389_040])
  }
}
