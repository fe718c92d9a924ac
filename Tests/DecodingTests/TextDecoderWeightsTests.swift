import Decoding
import Fixtures
import ModelStore
import NN
import Testing

/// Weights that are not the decoder's are refused by name.
@Suite struct TextDecoderWeightsTests {
  private func failure(_ change: (inout TinyModel) -> Void) throws -> WeightError? {
    try TinyModel.failure(change) { _ = try TinyDecoder.weights($0) }
  }

  @Test
  func completeWeightsAreAccepted() throws {
    #expect(try failure { _ in } == nil)
  }

  @Test(arguments: [
    "embed_tokens.weight", "embed_tokens.weight.zero_point", "layers.0.encoder_attn.k_proj.weight",
    "layers.1.mlp.fc2.bias", "layers.1.final_layernorm.weight", "norm.weight",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    let name = "model.decoder.\(name)"
    let error = try failure { $0.tensors[name] = nil }
    guard case .missing(_, let tensor) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(tensor == name)
  }

  // The gated block's first layer has twice the inner width: values, then gates.
  @Test
  func aFeedForwardBlockWithoutGateIsRefused() throws {
    let name = "model.decoder.layers.0.mlp.fc1.weight"
    let narrow = TensorData(
      name: name, dtype: .u8, shape: [TinyModel.intermediate, TinyModel.hidden],
      bytes: [UInt8](repeating: 1, count: TinyModel.intermediate * TinyModel.hidden))
    let error = try failure { $0.tensors[name] = narrow }
    guard case .shape(_, let tensor, let expected, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tensor == name && expected == [48, 16] && found == [24, 16])
  }

  // The projection is tied to the embedding; a file that has both is another model's.
  @Test
  func aTensorThatNoLayerKnowsIsNamed() throws {
    let name = "model.decoder.proj_out.weight"
    let error = try failure { $0.tensors[name] = TensorData(name: name, shape: [1], floats: [1]) }
    guard case .unused(_, let tensors) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tensors == [name])
  }
}
