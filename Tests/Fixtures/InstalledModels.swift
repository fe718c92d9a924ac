import Foundation
import ModelStore
import NN

/// The models of the user's store; tests that need one are skipped, and say so, where it is absent.
package enum InstalledModels {
  /// The store that the program itself would use.
  package static let store = ModelStore(root: ModelStore.defaultRoot())
  /// Weights of moonshine-tiny-en.
  package static let moonshine = file(KnownModel.moonshineTiny, "model.safetensors")
  /// Tokenizer of moonshine-tiny-en.
  package static let tokenizer = file(KnownModel.moonshineTiny, "tokenizer.bin")
  /// Weights of silero-vad.
  package static let silero = file(KnownModel.sileroVAD, "model.safetensors")

  /// True when speech can be found and read.
  package static let canTranscribe = moonshine != nil && tokenizer != nil && silero != nil

  private static func file(_ model: KnownModel, _ name: String) -> URL? {
    try? store.verifiedFile(model: model.name, file: name)
  }
}

extension WeightScope {
  /// The root of the tensors in the file at `url`.
  package init(contentsOf url: URL) throws(SafetensorsError) {
    self.init(try SafetensorsFile(path: url.path))
  }
}
