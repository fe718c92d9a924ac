import Fusion
import Pipeline

/// A way of listening.
package enum ListeningMode: String, Sendable, Hashable, Codable, CaseIterable {
  /// By ear alone.
  case audio
  /// By the lips alone.
  case lips
  /// By ear and lips together, their features side by side: for comparison.
  case early
  /// By ear and lips, each for itself, their words' probabilities mixed: for comparison.
  case late
  /// By ear and lips together, by cross-modal attention, as the program does.
  case fused

  /// Whether the picture makes a difference.
  package var sees: Bool { self != .audio }
}

extension RecognitionOptions {
  /// The same in a way of listening.
  package func listening(_ mode: ListeningMode) -> RecognitionOptions {
    var options = self
    (options.lips, options.fusion) =
      switch mode {
      case .audio: (.never, .attention)
      case .lips: (.always, .lipsOnly)
      case .early: (.always, .early)
      case .late: (.always, .late)
      case .fused: (.always, .attention)
      }
    return options
  }
}

/// What is done to the picture.
package enum PictureCondition: String, Sendable, Hashable, Codable, CaseIterable {
  case clean
  case blur
  case lowres
  /// Three frames in ten are missing.
  case drop30
  case freeze
  case occlude
  /// The picture of another utterance.
  case mismatch
  case off
}
