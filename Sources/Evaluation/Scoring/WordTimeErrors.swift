/// A word as written and the span in which it is spoken.
package struct TimedWord: Sendable, Hashable, Codable {
  package var text: String
  /// Seconds from the start of the recording.
  package var start: Double
  /// Seconds from the start of the recording.
  package var end: Double

  package init(text: String, start: Double, end: Double) {
    self.text = text
    self.start = start
    self.end = end
  }
}

/// By how much the times of rightly recognised words are off; adds up over utterances.
package struct WordTimeErrors: Sendable, Hashable, Codable {
  /// Hypothesis minus reference, in seconds.
  package private(set) var starts: [Double] = []
  /// Hypothesis minus reference, in seconds.
  package private(set) var ends: [Double] = []

  /// Nothing compared yet.
  package init() {}

  /// Compares words that are aligned and alike after normalisation, word by word. Where a written
  /// word is several ("F2"), its start is that of the first and its end that of the last.
  package init(
    reference: [TimedWord], hypothesis: [TimedWord], normaliser: TextNormaliser = .whisper
  ) {
    let said = reference.flatMap { Piece.pieces($0, normaliser) }
    let heard = hypothesis.flatMap { Piece.pieces($0, normaliser) }
    let alignment = Alignment(reference: said.map(\.word), hypothesis: heard.map(\.word))
    for case .hit(let reference, let hypothesis) in alignment.edits {
      let (said, heard) = (said[reference], heard[hypothesis])
      if let first = said.start, let second = heard.start { starts.append(second - first) }
      if let first = said.end, let second = heard.end { ends.append(second - first) }
    }
  }

  package static func + (left: WordTimeErrors, right: WordTimeErrors) -> WordTimeErrors {
    var sum = left
    sum.starts += right.starts
    sum.ends += right.ends
    return sum
  }

  /// What a reader wants to know of many errors, in seconds.
  package struct Summary: Sendable, Hashable, Codable {
    package var count: Int
    /// Median of the magnitudes.
    package var median: Double
    /// 95th percentile of the magnitudes.
    package var percentile95: Double
    /// Median of the errors with their signs: positive where words come late.
    package var bias: Double
  }

  /// Nil where nothing was compared.
  package static func summary(_ errors: [Double]) -> Summary? {
    let magnitudes = errors.map(\.magnitude).sorted()
    guard let median = Quantile.of(magnitudes, 0.5),
      let percentile95 = Quantile.of(magnitudes, 0.95),
      let bias = Quantile.of(errors.sorted(), 0.5)
    else { return nil }
    return Summary(
      count: errors.count, median: median, percentile95: percentile95, bias: bias)
  }

  /// One normalised word of a written one, with the times that are known.
  private struct Piece {
    var word: String
    var start: Double?
    var end: Double?

    static func pieces(_ word: TimedWord, _ normaliser: TextNormaliser) -> [Piece] {
      var pieces = normaliser.words(word.text).map { Piece(word: $0) }
      guard !pieces.isEmpty else { return [] }
      pieces[0].start = word.start
      pieces[pieces.count - 1].end = word.end
      return pieces
    }
  }
}
