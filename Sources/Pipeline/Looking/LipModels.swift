import AudioEncoder
import CLipModel
import Fusion
import LipEncoder
import ModelStore
import NN
import SpeechModels
import Support

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
    case .bundled: "bundled"
    case .none: "none"
    case .file(let path): FileVersion.text(of: path)
    }
  }
}

/// The networks that clean the sound and read lips, shared by all threads and recordings.
///
/// What measures noise is loaded with the recogniser; what takes it off with the first noisy segment, and
/// what sees when somebody first looks: most recordings need neither.
package final class LipModels: Sendable {
  /// What finds faces, reads lips and fuses them with the sound.
  package struct Seeing: Sendable {
    let lips: LipNetworkWeights
    let agreement: LipAgreementWeights
    let fusion: CrossModalFusionWeights
    /// Early and late fusion, if the model has them.
    let baselines: FusionBaselinesWeights?
    let sight: Sight
    /// What tells of anybody's face whether it speaks; nil where the bundled networks do not fit.
    let people: PeopleModel?
  }

  let meter: NoiseMeterWeights
  /// Noisiness of a segment below which lips change nothing.
  let leastNoisiness: Float
  private let path: String
  private let audioModel: String
  private let scope: WeightScope
  private let faces: WeightScope
  private let cleaning = Guarded<NoiseAdapterWeights?>(nil)
  private let loaded = Guarded<Seeing?>(nil)

  /// Loads what was chosen, which must have been trained beside the `speech` model; the face detector comes
  /// from `store`. A file that the user named is loaded as a whole, so that a wrong one is told at once.
  ///
  /// - Returns: nil too where the bundled networks belong to another speech model.
  static func load(
    _ choice: LipModelChoice, for speech: SpeechModel, store: ModelStore
  ) throws(TranscriptionError) -> LipModels? {
    switch choice {
    case .none: return nil
    case .bundled:
      let file = try bundled()
      guard audioModel(of: file) == speech.name else { return nil }
      return try LipModels(file, speech, store: store)
    case .file(let path):
      let file = try opened(path)
      let own = audioModel(of: file)
      guard own == speech.name else {
        throw .otherLipModel(path: path, trainedWith: own, model: speech.name)
      }
      let models = try LipModels(file, speech, store: store)
      _ = try models.seeing()
      return models
    }
  }

  /// The speech model whose embeddings a file's networks were trained on: the one that it names, and the
  /// usual one where it was made before files named it.
  static func audioModel(of file: SafetensorsFile) -> String {
    file.metadata["audio_model"] ?? KnownModel.recogniser.name
  }

  private init(
    _ file: SafetensorsFile, _ speech: SpeechModel, store: ModelStore
  ) throws(TranscriptionError) {
    path = file.path
    audioModel = speech.name
    scope = WeightScope(file)
    do throws(WeightError) {
      meter = try NoiseMeterWeights(scope)
      leastNoisiness = try CrossModalFusionWeights.leastNoisiness(scope)
    } catch {
      throw .lipModel(path: file.path)
    }
    guard meter.width == speech.hearing.width else { throw .lipModel(path: file.path) }
    faces = try TranscriptionModels.scope(KnownModel.mtcnn.name, in: store)
  }

  /// What brings the sound of noisy segments nearer to clean sound, without a picture; loaded by
  /// the first caller.
  func adapter() throws(TranscriptionError) -> NoiseAdapterWeights {
    try cleaning.made { () throws(TranscriptionError) in
      do throws(WeightError) { return try NoiseAdapterWeights(scope) } catch {
        throw .lipModel(path: path)
      }
    }
  }

  /// What sees; loaded by the first caller.
  package func seeing() throws(TranscriptionError) -> Seeing {
    try loaded.made(by: load)
  }

  private func load() throws(TranscriptionError) -> Seeing {
    let sight = Sight(networks: try .packed(faces))
    // Every tensor of the file must belong to something.
    let adapter = try adapter()
    do throws(WeightError) {
      let seeing = Seeing(
        lips: try LipNetworkWeights(scope), agreement: try LipAgreementWeights(scope),
        fusion: try CrossModalFusionWeights(scope), baselines: try FusionBaselinesWeights(scope),
        sight: sight, people: try PeopleModel.bundled(beside: meter.width, for: audioModel))
      try scope.finish()
      let widths = [adapter.width, seeing.agreement.width, seeing.fusion.width]
      if (widths + [seeing.baselines?.width ?? meter.width]).allSatisfy({ $0 == meter.width }) {
        return seeing
      }
    } catch {
      throw .lipModel(path: path)
    }
    throw .lipModel(path: path)
  }

  private static func opened(_ path: String) throws(TranscriptionError) -> SafetensorsFile {
    do throws(SafetensorsError) { return try SafetensorsFile(path: path) } catch {
      if case .system(let code) = error.fault {
        throw .model(.cannotRead(path: path, SystemError(code: code)))
      }
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
