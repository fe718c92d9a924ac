import AudioEncoder
import CLipModel
import Fusion
import LipEncoder
import ModelStore
import NN

/// The networks that see, loaded once and shared by all threads and recordings.
package struct LipModels: Sendable {
  /// Brings the sound of noisy segments nearer to clean sound; needs no picture.
  let adapter: NoiseAdapterWeights
  let lips: LipNetworkWeights
  let agreement: LipAgreementWeights
  let fusion: CrossModalFusionWeights
  let sight: Sight

  /// Loads the networks that come with the program, or those of the file at `path`.
  package init(path: String? = nil, store: ModelStore) throws(TranscriptionError) {
    let file: SafetensorsFile
    do throws(SafetensorsError) {
      file = try path.map { path throws(SafetensorsError) in try SafetensorsFile(path: path) }
        ?? Self.bundled()
    } catch {
      throw .lipModel(path: error.path)
    }
    do throws(WeightError) {
      let scope = WeightScope(file)
      adapter = try NoiseAdapterWeights(scope["adapter"])
      lips = try LipNetworkWeights(scope)
      agreement = try LipAgreementWeights(scope["agreement"])
      fusion = try CrossModalFusionWeights(scope)
      try scope.finish()
    } catch {
      throw .lipModel(path: file.path)
    }
    sight = Sight(networks: try Self.detector(store))
  }

  private static func bundled() throws(SafetensorsError) -> SafetensorsFile {
    try SafetensorsFile(
      name: "lips", staticBytes: UnsafeRawBufferPointer(start: viseme_lip_model(), count: viseme_lip_model_size()))
  }
}
