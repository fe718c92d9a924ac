import AudioEncoder
import Decoding
import Foundation
import ModelStore
import NN
import Support
import Transcript

/// The networks that transcribe by ear, loaded once and shared by all threads and recordings.
package struct TranscriptionModels: Sendable {
  /// Name and version of the recogniser, for the transcript.
  package let recogniser: ModelInfo
  let voiceActivity: VoiceActivityWeights
  let encoder: MoonshineEncoderWeights
  let decoder: TextDecoderWeights
  let tokenizer: Tokenizer
  let terms: TermTrees
  /// What sees; nil for hearing alone.
  package let lips: LipModels?

  /// Loads and checks the installed models of `store`; `lips` are those that see, if any shall.
  package init(store: ModelStore, lips: LipModels? = nil) throws(TranscriptionError) {
    self.lips = lips
    let moonshine = KnownModel.moonshineTiny
    recogniser = ModelInfo(name: moonshine.name, version: moonshine.version)
    let vad = try Self.scope(KnownModel.sileroVAD.name, in: store)
    let scope = try Self.scope(moonshine.name, in: store)
    do throws(WeightError) { voiceActivity = try VoiceActivityWeights(vad) } catch {
      throw .model(.unusable(model: KnownModel.sileroVAD.name))
    }
    do throws(WeightError) {
      encoder = try MoonshineEncoderWeights(scope["model.encoder"])
      decoder = try TextDecoderWeights(scope["model.decoder"])
      try scope.finish()
    } catch {
      throw .model(.unusable(model: moonshine.name))
    }
    tokenizer = try Self.tokenizer(in: store, count: decoder.config.vocabulary)
    terms = TermTrees(tokenizer)
  }

  private static func file(
    _ model: String, _ name: String, in store: ModelStore
  ) throws(TranscriptionError) -> URL {
    do throws(ModelStoreError) {
      return try store.verifiedFile(model: model, file: name)
    } catch {
      throw .model(error)
    }
  }

  static func scope(
    _ model: String, in store: ModelStore
  ) throws(TranscriptionError) -> WeightScope {
    let url = try file(model, "model.safetensors", in: store)
    do throws(SafetensorsError) {
      return WeightScope(try SafetensorsFile(path: url.path))
    } catch {
      if case .system(let code) = error.fault {
        throw .model(.cannotRead(path: error.path, SystemError(code: code)))
      }
      throw .model(.damaged(model: model, file: url.lastPathComponent))
    }
  }

  private static func tokenizer(
    in store: ModelStore, count: Int
  ) throws(TranscriptionError) -> Tokenizer {
    let model = KnownModel.moonshineTiny.name
    let url = try file(model, "tokenizer.bin", in: store)
    let data: Data
    do throws(WholeFile.Unreadable) { data = try WholeFile.read(url.path) } catch {
      throw .model(.cannotRead(path: url.path, SystemError(code: error.code)))
    }
    do throws(Tokenizer.Fault) {
      return try Tokenizer(bytes: Array(data), count: count)
    } catch {
      throw .model(.damaged(model: model, file: url.lastPathComponent))
    }
  }
}
