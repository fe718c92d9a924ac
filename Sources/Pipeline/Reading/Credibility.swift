import AudioEncoder
import Foundation
import SpeechModels
import Transcript

/// Tells words that were spoken from words that the model made up of noise: those are unsure, and thin
/// for the amount of voice.
struct Credibility: Sendable {
  private let calibration: Calibration
  private let silenceSentences: SilenceSentences

  init(_ model: SpeechModel) {
    calibration = model.calibration
    silenceSentences = model.silenceSentences
  }

  /// Probability from which a chunk counts as voice.
  static let voice: Float = 0.5

  /// Whether words are so unsure that near-silence in which nobody moves their lips speaks against them.
  func isDoubtful(_ segment: Segment) -> Bool {
    Self.meanLogProbability(segment.words.map(\.confidence)) < calibration.doubtful
  }

  /// Whether a `text` of words of these confidences (0...1) may have been said where `probabilities` are those
  /// of speech, chunk by chunk. `regret` is what terms that were looked for cost, which does not count
  /// against the words.
  func isCredible(
    _ text: String, _ confidences: [Float], regret: Float = 0, in probabilities: [Float]
  ) -> Bool {
    guard !confidences.isEmpty else { return false }
    let verdict = silenceSentences.verdict(on: text)
    if verdict == .invented { return false }
    let mean =
      Self.meanLogProbability(confidences.map { Double($0) }) + Double(regret)
      / Double(confidences.count)
    let chunks = probabilities.count { $0 >= Self.voice }
    let seconds =
      Double(chunks * VoiceActivityConfig.chunk) / Double(VoiceActivityConfig.sampleRate)
    if mean < (verdict == .doubtful ? calibration.doubtful : calibration.floor) { return false }
    return mean >= calibration.unsure
      || Double(confidences.count) >= calibration.density * seconds
  }

  private static func meanLogProbability(_ confidences: [Double]) -> Double {
    let sum = confidences.reduce(0.0) { $0 + log(max($1, 1e-9)) }
    return sum / Double(max(confidences.count, 1))
  }
}
