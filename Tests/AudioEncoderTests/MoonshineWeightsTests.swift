import AudioEncoder
import Fixtures
import ModelStore
import NN
import Testing

/// Weights that are not the encoder's are refused by name.
@Suite struct MoonshineWeightsTests {
  private func failure(_ change: (inout TinyModel) -> Void) throws -> WeightError? {
    try TinyModel.failure(change) { _ = try MoonshineEncoderTests.weights($0) }
  }

  @Test
  func completeWeightsAreAccepted() throws {
    #expect(try failure { _ in } == nil)
  }

  @Test(arguments: [
    "conv1.weight", "conv1.weight.scale", "conv2.bias", "groupnorm.bias",
    "layers.1.self_attn.o_proj.weight", "layers.0.mlp.fc1.bias", "layers.1.input_layernorm.weight",
    "layer_norm.weight",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    let name = "model.encoder.\(name)"
    let error = try failure { $0.tensors[name] = nil }
    guard case .missing(_, let tensor) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(tensor == name)
  }

  @Test(arguments: ["groupnorm.weight", "layers.0.mlp.fc2.bias", "layer_norm.weight"])
  func aWrongShapeIsNamed(name: String) throws {
    let name = "model.encoder.\(name)"
    let error = try failure {
      $0.tensors[name] = TensorData(name: name, shape: [3], floats: [1, 2, 3])
    }
    guard case .shape(_, let tensor, let expected, let found) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(tensor == name && expected == [16] && found == [3])
  }

  @Test
  func aWrongTypeIsNamed() throws {
    let name = "model.encoder.layer_norm.weight"
    let bytes = [UInt8](repeating: 1, count: 64)
    let error = try failure {
      $0.tensors[name] = TensorData(name: name, dtype: .i32, shape: [16], bytes: bytes)
    }
    guard case .type(_, let tensor, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tensor == name && found == .i32)
  }

  @Test(arguments: [0, -1, .infinity, .nan] as [Float])
  func aScaleThatIsNoPositiveNumberIsNamed(scale: Float) throws {
    let name = "model.encoder.layers.0.self_attn.q_proj.weight.scale"
    let error = try failure {
      $0.tensors[name] = TensorData(name: name, shape: [1], floats: [scale])
    }
    guard case .scale(_, let tensor) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tensor == name)
  }

  @Test
  func aTensorThatNoLayerKnowsIsNamed() throws {
    let name = "model.encoder.layers.2.input_layernorm.weight"
    let error = try failure { $0.tensors[name] = TensorData(name: name, shape: [1], floats: [1]) }
    guard case .unused(_, let tensors) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tensors == [name])
  }

  // The decoder's tensors are not the encoder's business.
  @Test
  func tensorsOutsideTheScopeDoNotMatter() throws {
    #expect(try failure { $0.tensors["model.decoder.norm.weight"] = nil } == nil)
  }
}
