import Fixtures
import Foundation
import Testing

@testable import Evaluation

@Suite struct DiarizationScoreTests {
  private static func spans(_ turns: [(String, Double, Double)]) -> [SpeakerSpan] {
    turns.map { SpeakerSpan(session: "x", speaker: $0.0, start: $0.1, end: $0.2) }
  }

  private static func score(
    _ reference: [(String, Double, Double)], _ hypothesis: [(String, Double, Double)],
    seconds: Double = 20, collar: Double = 0
  ) -> DiarizationScore {
    DiarizationScore(
      reference: spans(reference), hypothesis: spans(hypothesis), span: 0...seconds, collar: collar)
  }

  @Test func errorsAreCountedByHand() {
    // Missed 1 s of a, invented 2 s after b, and gave 1 s of b to a's voice.
    let score = Self.score(
      [("a", 0, 5), ("b", 5, 10)], [("1", 1, 6), ("2", 6, 12)])
    #expect(score.speech == 10 && score.missed == 1 && score.falseAlarm == 2)
    #expect(abs(score.confusion - 1) < 1e-9)
    #expect(abs((score.errorRate ?? 0) - 0.4) < 1e-9)
    // a: shared 4 of 6; b: shared 4 of 7.
    #expect(abs((score.jaccardErrorRate ?? 0) - (2.0 / 6 + 3.0 / 7) / 2) < 1e-9)
    #expect(score.speakers == 2 && score.voices == 2 && score.countErrors == 0)
  }

  @Test func bothOfTwoAtOnceCount() {
    let score = Self.score([("a", 0, 4), ("b", 2, 4)], [("1", 0, 4)])
    #expect(score.speech == 6 && score.missed == 2 && score.falseAlarm == 0)
    #expect(score.confusion == 0 && score.countErrors == 1)
  }

  @Test func theCollarForgivesEdges() {
    let reference = [("a", 1.0, 5.0), ("b", 5.0, 9.0)]
    let shifted = [("1", 1.2, 5.2), ("2", 5.2, 8.8)]
    #expect(Self.score(reference, shifted, collar: 0.25).errorRate == 0)
    #expect((Self.score(reference, shifted).errorRate ?? 0) > 0.05)
    // No edge lies between turns of one speaker that touch.
    #expect(Self.score([("a", 0, 4), ("a", 4, 8)], [], collar: 0.25).speech == 7.5)
  }

  @Test func nobodyAndNothing() {
    let silence = Self.score([], [])
    #expect(silence.errorRate == nil && silence.jaccardErrorRate == nil)
    let invented = Self.score([], [("1", 0, 3)])
    #expect(invented.errorRate == nil && invented.falseAlarm == 3 && invented.countErrors == 1)
    #expect(Self.score([("a", 0, 3)], []).errorRate == 1)
    #expect(Self.score([("a", 30, 40)], [("1", 30, 40)]).speech == 0)
  }

  @Test func recordingsAddUp() {
    let one = Self.score([("a", 0, 5)], [("1", 0, 5)])
    let two = Self.score([("a", 0, 5)], [])
    let sum = one + two
    #expect(sum.errorRate == 0.5 && sum.jaccardErrorRate == 0.5 && sum.countErrors == 1)
  }

  private struct Case: Decodable {
    let reference: [Turn]
    let hypothesis: [Turn]
    let seconds: Double
    let der: Double
    let jer: Double

    /// ["speaker", start, end]
    struct Turn: Decodable {
      let span: SpeakerSpan

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        span = SpeakerSpan(
          session: "x", speaker: try values.decode(String.self),
          start: try values.decode(Double.self), end: try values.decode(Double.self))
      }
    }
  }

  /// `Benchmarks/diarization.py --goldens` makes them.
  @Test func ratesAreThoseOfPyannoteMetrics() throws {
    let text = try Goldens.text("diarization.json")
    let cases = try JSONDecoder().decode([Case].self, from: Data(text.utf8))
    #expect(cases.count == 24)
    for one in cases {
      let score = DiarizationScore(
        reference: one.reference.map(\.span), hypothesis: one.hypothesis.map(\.span),
        span: 0...one.seconds)
      // Times have three decimals; only the order of the sums differs.
      #expect(abs((score.errorRate ?? -1) - one.der) < 1e-6)
      #expect(abs((score.jaccardErrorRate ?? -1) - one.jer) < 1e-6)
    }
  }
}
