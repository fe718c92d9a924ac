/// How well one utterance was recognised.
package struct UtteranceScore: Sendable, Hashable, Codable {
  package var words: EditCounts
  /// Unicode scalars of the normalised texts, the spaces between words counted too.
  package var characters: EditCounts

  /// Whether no word differs.
  package var isExact: Bool { words.errors == 0 }

  /// Scores texts as they are written.
  package init(reference: String, hypothesis: String, normaliser: TextNormaliser) {
    self.init(
      referenceWords: normaliser.words(reference), hypothesisWords: normaliser.words(hypothesis))
  }

  /// Scores words that are normalised already.
  package init(referenceWords: [String], hypothesisWords: [String]) {
    words = Alignment(reference: referenceWords, hypothesis: hypothesisWords).counts
    characters =
      Alignment(
        reference: Array(referenceWords.joined(separator: " ").unicodeScalars),
        hypothesis: Array(hypothesisWords.joined(separator: " ").unicodeScalars)
      ).counts
  }
}

/// The score of many utterances: errors are summed over all of them and then divided, so that a
/// long utterance weighs more than a short one.
package struct PooledScore: Sendable, Hashable, Codable {
  package private(set) var words = EditCounts.zero
  package private(set) var characters = EditCounts.zero
  package private(set) var utterances = 0
  /// Utterances with at least one wrong word.
  package private(set) var wrongUtterances = 0

  package init(_ scores: some Sequence<UtteranceScore>) {
    for score in scores {
      words += score.words
      characters += score.characters
      utterances += 1
      wrongUtterances += score.isExact ? 0 : 1
    }
  }

  /// WER as a fraction; nil where no reference has a word.
  package var wordErrorRate: Double? { words.rate }
  /// CER as a fraction; nil where no reference has a character.
  package var characterErrorRate: Double? { characters.rate }
  /// SER as a fraction; nil without utterances.
  package var sentenceErrorRate: Double? {
    utterances == 0 ? nil : Double(wrongUtterances) / Double(utterances)
  }
}
