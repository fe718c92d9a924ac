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
  /// Cross-attention of the alignment heads while the decoder read token `i` to write token
  /// `i + 1`: `[tokens + 1, heads, frames]`, the start token's row first.
  package var attention: [Float] = []
  /// Frames of the audio.
  package var frames = 0
  /// Why the decoder stopped.
  package var ending = Ending.endToken

  /// Keeps the first `count` tokens.
  mutating func truncate(to count: Int, rowSize: Int) {
    tokens.removeLast(tokens.count - count)
    probabilities.removeLast(probabilities.count - count)
    attention.removeLast(max(0, attention.count - (count + 1) * rowSize))
  }
}

/// Finds the loops that speech models fall into on audio they cannot read.
package enum RepetitionDetector {
  /// Longest phrase looked for, in tokens.
  package static let longestPeriod = 16

  /// Number of tokens to keep when the sequence ends in a phrase of `p <= longestPeriod` tokens
  /// repeated so often that no speaker would, else nil.
  ///
  /// A phrase counts as a loop when its last repetitions number at least 5 and 15 tokens together
  /// ("no no no no" passes); one of them is kept.
  package static func keptCount(of tokens: [Int32]) -> Int? {
    for period in 1...longestPeriod where tokens.count >= max(5 * period, 15) {
      let repeated = max(5 * period, 15)
      let tail = tokens.suffix(repeated)
      let isLoop = zip(tail.dropFirst(period), tail).allSatisfy { $0 == $1 }
      if isLoop { return startOfLoop(in: tokens, period: period) + period }
    }
    return nil
  }

  /// Where the run of equal phrases at the end of `tokens` begins.
  private static func startOfLoop(in tokens: [Int32], period: Int) -> Int {
    var start = tokens.count - period
    while start > 0 && tokens[start - 1] == tokens[start - 1 + period] { start -= 1 }
    return start
  }
}
