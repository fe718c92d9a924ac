import Evaluation
import ModelStore
import Pipeline
import Transcript

/// What may stand for an option's value, for completions.
enum OptionChoices {
  case none
  case file
  case folder
  case words([String])
  /// Several between commas.
  case list([String])

  init(_ option: OptionEntry) {
    self =
      switch option.long {
      case "format": .list(TranscriptFormat.allCases.map(\.rawValue) + ["all"])
      case "lips": .words(LipUse.allCases.map(\.rawValue))
      case "channels": .words(ChannelChoice.allCases.map(\.rawValue))
      case "vtt-notes": .words(CueNotes.allCases.map(\.rawValue))
      case "numbers": .words(NumberStyle.allCases.map(\.rawValue))
      case "task": .words(["transcribe", "translate"])
      case "model", "second": .words(speechModels)
      case "language", "jobs", "shard": .words(["auto"])
      case "speakers": .words(["auto", "none"])
      case "audio-track": .words(["all"])
      case "normaliser": .words(["whisper", "plain", "both"])
      case "mode": .list(["audio", "fused", "lips", "early", "late"])
      case "visual": .list(PictureCondition.allCases.map(\.rawValue))
      default:
        switch option.placeholder {
        case "FILE": .file
        case "DIR": .folder
        default: .none
        }
      }
  }
}

/// Those that can be installed by name; imported ones have any.
private let speechModels = [
  KnownModel.recogniser, .whisperBase, .whisperTinyEnglish,
].map(\.name)
