import LipEncoder
import ModelStore
import NN

extension FaceDetectorNetworks {
  /// The installed face detector, checked and packed.
  package static func installed(in store: ModelStore) throws(TranscriptionError) -> Self {
    try packed(TranscriptionModels.scope(KnownModel.mtcnn.name, in: store))
  }

  /// The face detector whose weights lie at `scope`.
  static func packed(_ scope: WeightScope) throws(TranscriptionError) -> Self {
    do throws(WeightError) {
      return FaceDetectorNetworks(try FaceDetectorWeights(scope: scope))
    } catch {
      throw .model(.unusable(model: KnownModel.mtcnn.name))
    }
  }
}
