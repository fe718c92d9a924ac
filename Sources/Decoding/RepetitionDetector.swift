/// Finds the loops that speech models fall into on audio they cannot read.
package enum RepetitionDetector {
  /// Longest phrase looked for, in tokens.
  package static let longestPeriod = 40

  /// Number of tokens to keep when the sequence ends in a phrase of `p <= longestPeriod` tokens
  /// repeated so often that no speaker would, else nil. One of the repetitions is kept.
  ///
  /// A phrase of `p` tokens counts as a loop when its repetitions number `loopLength(p)` tokens:
  /// "no no no no" and "I'm sorry, I'm sorry, I'm sorry" pass; a whole sentence three times over
  /// does not.
  package static func keptCount(of tokens: [Int32]) -> Int? {
    for period in 1...longestPeriod {
      let repeated = loopLength(period)
      guard tokens.count >= repeated else { continue }
      let tail = tokens.suffix(repeated)
      let isLoop = zip(tail.dropFirst(period), tail).allSatisfy { $0 == $1 }
      if isLoop { return startOfLoop(in: tokens, period: period) + period }
    }
    return nil
  }

  /// Tokens that the repetitions of a phrase of `period` tokens must have together.
  package static func loopLength(_ period: Int) -> Int {
    max(16, min(5 * period, 24), 3 * period)
  }

  /// Where the run of equal phrases at the end of `tokens` begins.
  private static func startOfLoop(in tokens: [Int32], period: Int) -> Int {
    var start = tokens.count - period
    while start > 0 && tokens[start - 1] == tokens[start - 1 + period] { start -= 1 }
    return start
  }
}
