import AudioEncoder
import Decoding
import Foundation
import ModelStore
import NN
import Speakers
import SpeechModels
import Support
import Transcript

/// The networks that transcribe from sound alone, loaded once and shared by all threads and recordings.
package struct TranscriptionModels: Sendable {
  let voiceActivity: VoiceActivityWeights
  /// What hears and writes.
  package let speech: SpeechModel
  let terms: TermTrees
  /// What reads too where the first is unsure; nil for nothing.
  let second: SecondModel?
  /// What sees; nil for hearing alone.
  package let lips: LipModels?
  /// Lips cannot be read because the networks that come with the program were trained beside another
  /// speech model.
  let hasOtherLips: Bool
  private let store: ModelStore
  private let speakers = Guarded<SpeakerModels?>(nil)

  /// Loads and checks the installed models of `store`, with the speech model `name` and, for a second
  /// opinion, `second`; `lips` are those that see, if any shall.
  package init(
    store: ModelStore, model name: String = KnownModel.recogniser.name, second: String? = nil,
    lips choice: LipModelChoice = .none
  ) throws(TranscriptionError) {
    voiceActivity = try Self.weights(.sileroVAD, in: store) { root throws(WeightError) in
      try VoiceActivityWeights(root)
    }
    do throws(ModelLoadError) {
      speech = try SpeechModel.load(name, from: store)
      if let second {
        self.second = SecondModel(try SpeechModel.load(second, from: store))
      } else {
        self.second = nil
      }
    } catch {
      throw TranscriptionError(error)
    }
    terms = TermTrees(speech)
    lips = try LipModels.load(choice, for: speech, store: store)
    hasOtherLips = choice == .bundled && lips == nil
    self.store = store
  }

  /// The networks of speaker diarization, loaded by the first caller.
  func speakerModels() throws(TranscriptionError) -> SpeakerModels {
    try speakers.made { () throws(TranscriptionError) in try Self.speakerModels(of: store) }
  }

  /// The networks of `store` for speaker diarization.
  static func speakerModels(of store: ModelStore) throws(TranscriptionError) -> SpeakerModels {
    try SpeakerModels(
      segmentation: weights(.speakerSegmentation, in: store) { root throws(WeightError) in
        try PyanNetWeights(root)
      },
      embedding: weights(.speakerEmbedding, in: store) { root throws(WeightError) in
        try EmbeddingWeights(root)
      })
  }

  private static func weights<Weights>(
    _ model: KnownModel, in store: ModelStore,
    _ load: (WeightScope) throws(WeightError) -> Weights
  ) throws(TranscriptionError) -> Weights {
    let root = try scope(model.name, in: store)
    do throws(WeightError) { return try load(root) } catch {
      throw .model(.unusable(model: model.name))
    }
  }

  /// Name and version of the recogniser, for the transcript.
  package var recogniser: ModelInfo { ModelInfo(name: speech.name, version: speech.version) }

  static func scope(
    _ model: String, in store: ModelStore
  ) throws(TranscriptionError) -> WeightScope {
    do throws(ModelStoreError) { return try store.weights(of: model) } catch {
      throw .model(error)
    }
  }
}

extension TranscriptionError {
  /// A speech model that cannot be loaded.
  init(_ error: ModelLoadError) {
    switch error {
    case .store(let error): self = .model(error)
    case .damaged(let model, let file): self = .model(.damaged(model: model, file: file))
    case .weights(let model, _): self = .model(.unusable(model: model))
    }
  }
}
