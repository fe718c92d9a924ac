import Foundation

/// What the decoder wrote for one segment.
package struct TokenSequence: Sendable {
  /// Why the decoder stopped.
  package enum Ending: Sendable, Hashable {
    /// The model wrote the end token.
    case endToken
    /// As many tokens as the segment's length allows.
    case tokenLimit
    /// The model went round in circles; the repetition was cut off.
    case repetition
  }

  /// Written tokens, without start and end token.
  package var tokens: [Int32] = []
  /// The model's probability of each token, given those before it.
  package var probabilities: [Float] = []
  /// The probability of the end token where it ended the sequence, else 0.
  package var endProbability: Float = 0
  /// What its terms cost, in nats: how much likelier the most likely tokens were than those that were
  /// written for the terms' sake.
  package var regret: Float = 0
  /// Cross-attention of the alignment heads while the decoder read token `i` to write token
  /// `i + 1`: `[tokens + 1, heads, frames]`, the start token's row first.
  package var attention: [Float] = []
  /// Frames of the audio.
  package var frames = 0
  /// Why the decoder stopped.
  package var ending = Ending.endToken
  /// What the decoder computed was no number at some token: its weights are of no use.
  package var isOfNoUse = false

  /// Mean logarithm of the probabilities of the tokens and of the end behind them: how likely a text is to
  /// the model, whatever its length.
  package var meanLogProbability: Double {
    let sum = (probabilities + [endProbability]).reduce(0) { $0 + log(max(Double($1), 1e-9)) }
    return sum / Double(probabilities.count + 1)
  }

  /// Nothing written.
  package init() {}

  /// Keeps the first `count` tokens.
  mutating func truncate(to count: Int, rowSize: Int) {
    tokens.removeLast(tokens.count - count)
    probabilities.removeLast(probabilities.count - count)
    attention.removeLast(max(0, attention.count - (count + 1) * rowSize))
  }
}
