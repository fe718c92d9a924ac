import Evaluation
import Foundation
import Testing

@Suite struct ScoreTests {
  @Test func ratesAreErrorsForEachReferenceSymbol() {
    let counts = EditCounts(hits: 5, substitutions: 2, deletions: 1, insertions: 4)
    #expect(counts.errors == 7 && counts.referenceLength == 8 && counts.hypothesisLength == 11)
    #expect(counts.rate == 7.0 / 8)
    #expect(EditCounts(insertions: 3).rate == nil)
    var sum = counts
    sum += EditCounts(hits: 1, insertions: 1)
    #expect(sum == EditCounts(hits: 6, substitutions: 2, deletions: 1, insertions: 5))
  }

  @Test func anUtteranceIsScoredByWordsAndScalars() {
    let score = UtteranceScore(
      reference: "The colour, please.", hypothesis: "the color pleas", normaliser: .plain)
    #expect(score.words == EditCounts(hits: 1, substitutions: 2))
    // "the colour please" has 17 scalars, the spaces counted; u and e are lost.
    #expect(score.characters == EditCounts(hits: 15, deletions: 2))
    #expect(!score.isExact)
    let whisper = UtteranceScore(
      reference: "The colour, um, please.", hypothesis: "the color please", normaliser: .whisper)
    #expect(whisper.isExact && whisper.characters.errors == 0)
  }

  /// One wrong word of one, and none of nine: 10 % and not the mean of 100 % and 0 %.
  @Test func ratesArePooledOverWords() {
    let scores = [
      UtteranceScore(referenceWords: ["no"], hypothesisWords: ["oh"]),
      UtteranceScore(
        referenceWords: Array(repeating: "yes", count: 9),
        hypothesisWords: Array(repeating: "yes", count: 9)),
      UtteranceScore(referenceWords: [], hypothesisWords: []),
    ]
    let pooled = PooledScore(scores)
    #expect(pooled.wordErrorRate == 0.1)
    #expect(pooled.sentenceErrorRate == 1.0 / 3)
    #expect(pooled.utterances == 3 && pooled.wrongUtterances == 1)
    let nothing = PooledScore([])
    #expect(nothing.wordErrorRate == nil && nothing.characterErrorRate == nil)
    #expect(nothing.sentenceErrorRate == nil)
  }

  @Test func scoresAreKeptAsJSON() throws {
    let score = UtteranceScore(reference: "a b", hypothesis: "a c d", normaliser: .plain)
    let kept = try JSONDecoder().decode(
      UtteranceScore.self, from: try JSONEncoder().encode(score))
    #expect(kept == score)
  }

  @Test func hallucinationsAreCountedByTheMinute() {
    let sum =
      HallucinationRate(words: 3, seconds: 30) + HallucinationRate(words: 0, seconds: 60)
    #expect(sum.perMinute == 2)
    #expect(HallucinationRate(words: 0, seconds: 0).perMinute == nil)
  }
}
