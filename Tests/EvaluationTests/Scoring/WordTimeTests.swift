import Evaluation
import Testing

@Suite struct WordTimeTests {
  @Test func onlyWordsThatAgreeAreCompared() {
    let errors = WordTimeErrors(
      reference: [
        TimedWord(text: "bin", start: 1, end: 2), TimedWord(text: "blue", start: 2, end: 3),
        TimedWord(text: "now", start: 3, end: 4),
      ],
      hypothesis: [
        TimedWord(text: "Bin", start: 1.25, end: 2.5), TimedWord(text: "glue", start: 0, end: 9),
        TimedWord(text: "now.", start: 2.5, end: 3.5),
      ])
    #expect(errors.starts == [0.25, -0.5])
    #expect(errors.ends == [0.5, -0.5])
  }

  /// Of "F2" only the start of "f" and the end of "two" are known.
  @Test func aWordOfSeveralHasOneStartAndOneEnd() {
    let errors = WordTimeErrors(
      reference: [
        TimedWord(text: "f", start: 1, end: 2), TimedWord(text: "two", start: 2, end: 3),
      ],
      hypothesis: [TimedWord(text: "F2,", start: 1.5, end: 3.25)])
    #expect(errors.starts == [0.5] && errors.ends == [0.25])
  }

  @Test func summariesAreOfMagnitudes() throws {
    let summary = try #require(WordTimeErrors.summary([-3, 1, 2, -1, 0]))
    #expect(summary.count == 5 && summary.median == 1 && summary.bias == 0)
    // Type 7: 0.95 of the way through 0 1 1 2 3.
    #expect(abs(summary.percentile95 - 2.8) < 1e-12)
    #expect(WordTimeErrors.summary([]) == nil)
    let word = [TimedWord(text: "a", start: 0, end: 1)]
    let sum =
      WordTimeErrors(reference: word, hypothesis: word)
      + WordTimeErrors(reference: word, hypothesis: word) + WordTimeErrors()
    #expect(sum.starts == [0, 0] && sum.ends == [0, 0])
  }
}
