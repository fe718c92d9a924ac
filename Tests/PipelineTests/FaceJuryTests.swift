import Fusion
import Testing

@testable import Pipeline

/// Who of several faces speaks, by evidence that adds up.
@Suite struct FaceJuryTests {
  private let evidence = AgreementEvidence(slope: 13, intercept: -0.65, saturation: 29)

  @Test func aFaceIsBelievedOnStrongEvidence() {
    var jury = FaceJury()
    #expect(jury.speaker([(1, 2), (2, 7.9)]) == nil)
    var other = FaceJury()
    #expect(other.speaker([(1, 2), (2, 8.1)]) == 2)
  }

  @Test func evidenceOfSeveralSegmentsAddsUp() {
    var jury = FaceJury()
    #expect(jury.speaker([(1, 5), (2, -4)]) == nil)
    #expect(jury.speaker([(1, 5), (2, -4)]) == 1)
    // What speaks against it takes away.
    var doubted = FaceJury()
    for _ in 0..<10 {
      #expect(doubted.speaker([(1, 5)]) == nil)
      #expect(doubted.speaker([(1, -5)]) == nil)
    }
  }

  @Test func aBelievedFaceStillHasToFit() {
    var jury = FaceJury()
    #expect(jury.speaker([(1, 9), (2, -4)]) == 1)
    #expect(jury.speaker([(1, 3.5), (2, 0.2)]) == 1)
    #expect(jury.speaker([(1, 2.9), (2, -0.2)]) == nil)
    // Another one still has to convince.
    #expect(jury.speaker([(1, -1), (2, 4)]) == nil)
  }

  @Test func aFaceWhoseLipsNeverFitIsGivenNothing() {
    var jury = FaceJury()
    for _ in 0..<100 { #expect(jury.speaker([(1, -0.5), (2, 0)]) == nil) }
    #expect(jury.speaker([]) == nil)
  }

  @Test func evidenceGrowsWithTimeButEverLess() {
    let ratios = [1.0, 2, 4, 400, 800].map { evidence.ratio(score: 0.4, seconds: $0) }
    #expect(ratios[0] > 3 && ratios == ratios.sorted())
    #expect(ratios[1] < 2 * ratios[0] && ratios[4] < 1.1 * ratios[3])
  }

  @Test func lipsThatDoNotFitSpeakAgainstAFace() {
    #expect(evidence.ratio(score: 0, seconds: 3) < 0)
    #expect(evidence.ratio(score: 0.4, seconds: 0) == 0)
  }
}
