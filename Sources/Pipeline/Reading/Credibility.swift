import AudioEncoder
import Foundation
import Transcript

/// Tells words that were spoken from words that the model made up of noise.
///
/// On 2,400 readings of LibriSpeech, AMI and GRID, three words in four are wrong where a word's
/// mean log probability is below -1.7. Invented text is also thin: the model falls back on one
/// sentence for many seconds of murmur, while the slowest speakers say more than a word a second.
enum Credibility {
  /// Mean log probability of a word below which nothing is kept.
  static let floor = -1.7
  /// Mean log probability below which the text must also be dense.
  static let unsure = -0.9
  /// Mean log probability below which words in near-silence need moving lips: invented ones have -0.86 and
  /// less, read sentences 24 dB below the usual level at least -0.39.
  static let doubtful = -0.6
  /// Words in a second of voice that unsure text must have.
  static let density = 1.0
  /// Probability from which a chunk counts as voice.
  static let voice: Float = 0.5

  /// Whether words are so unsure that near-silence in which nobody moves their lips speaks against them.
  static func isDoubtful(_ segment: Segment) -> Bool {
    meanLogProbability(segment.words.map(\.confidence)) < doubtful
  }

  /// Whether words of these confidences (0...1) may have been said where `probabilities` are those of speech,
  /// chunk by chunk; `regret` is what terms that were looked for cost, which does not count against the
  /// words.
  static func isCredible(
    _ confidences: [Float], regret: Float = 0, in probabilities: [Float]
  ) -> Bool {
    guard !confidences.isEmpty else { return false }
    let mean =
      meanLogProbability(confidences.map { Double($0) }) + Double(regret)
      / Double(confidences.count)
    let chunks = probabilities.count { $0 >= voice }
    let seconds =
      Double(chunks * VoiceActivityConfig.chunk) / Double(VoiceActivityConfig.sampleRate)
    if mean < floor { return false }
    return mean >= unsure || Double(confidences.count) >= density * seconds
  }

  private static func meanLogProbability(_ confidences: [Double]) -> Double {
    let sum = confidences.reduce(0.0) { $0 + log(max($1, 1e-9)) }
    return sum / Double(max(confidences.count, 1))
  }
}
