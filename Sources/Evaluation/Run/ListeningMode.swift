import Fusion
import Pipeline
import Transcript

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

extension RecognitionOptions {
  /// What shapes the words, by name, for reports.
  var told: [String: String] {
    var told = Dictionary(
      settings.map { ($0.name, Self.text($0.value)) }, uniquingKeysWith: { $1 })
    told["lipModel"] = lipModel.identity
    // Each mode has its own.
    told["lips"] = nil
    return told
  }

  private static func text(_ value: Setting.Value) -> String {
    switch value {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    }
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
