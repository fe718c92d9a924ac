import AudioEncoder
import CLipModel
import Fusion
import Glibc
import LipEncoder
import ModelStore
import NN

/// Which networks clean the sound and read lips.
package enum LipModelChoice: Sendable, Hashable {
  /// Those that come with the program.
  case bundled
  /// Those of a file made by the scripts in `Training`.
  case file(String)
  /// None: the recogniser alone.
  case none

  /// Tells choices apart, and versions of one file.
  package var identity: String {
    switch self {
    case .bundled: return "bundled"
    case .none: return "none"
    case .file(let path):
      var status = stat()
      guard stat(path, &status) == 0 else { return path }
      return "\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
  }
}

/// The networks that clean the sound and read lips, loaded once and shared by all threads and
/// recordings.
package struct LipModels: Sendable {
  /// Brings the sound of noisy segments nearer to clean sound; needs no picture.
  let adapter: NoiseAdapterWeights
  let lips: LipNetworkWeights
  let agreement: LipAgreementWeights
  let fusion: CrossModalFusionWeights
  let sight: Sight

  /// Loads what was chosen; the face detector comes from `store`.
  package static func load(
    _ choice: LipModelChoice, store: ModelStore
  ) throws(TranscriptionError) -> LipModels? {
    switch choice {
    case .none: nil
    case .bundled: try LipModels(try bundled(), store: store)
    case .file(let path): try LipModels(try opened(path), store: store)
    }
  }

  private init(_ file: SafetensorsFile, store: ModelStore) throws(TranscriptionError) {
    do throws(WeightError) {
      let scope = WeightScope(file)
      adapter = try NoiseAdapterWeights(scope)
      lips = try LipNetworkWeights(scope)
      agreement = try LipAgreementWeights(scope)
      fusion = try CrossModalFusionWeights(scope)
      try scope.finish()
    } catch {
      throw .lipModel(path: file.path)
    }
    let faces = try TranscriptionModels.scope(KnownModel.mtcnn.name, in: store)
    do throws(WeightError) {
      sight = Sight(networks: FaceDetectorNetworks(try FaceDetectorWeights(scope: faces)))
    } catch {
      throw .fault("\(error)")
    }
  }

  private static func opened(_ path: String) throws(TranscriptionError) -> SafetensorsFile {
    do throws(SafetensorsError) { return try SafetensorsFile(path: path) } catch {
      throw .lipModel(path: path)
    }
  }

  /// The file that is part of the program.
  private static func bundled() throws(TranscriptionError) -> SafetensorsFile {
    let bytes = UnsafeRawBufferPointer(
      start: viseme_lip_model(), count: viseme_lip_model_size())
    do throws(SafetensorsError) {
      return try SafetensorsFile(name: "lips.safetensors", staticBytes: bytes)
    } catch {
      throw .fault("\(error)")
    }
  }
}
