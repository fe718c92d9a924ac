import Fusion
import Testing

@testable import Pipeline

/// Who of several faces speaks, by evidence that adds up.
@Suite struct FaceJuryTests {
  private let evidence = AgreementEvidence(slope: 13, intercept: -0.65, saturation: 29)

  @Test func aFaceIsBelievedOnStrongEvidenceAlone() {
    var jury = FaceJury()
    #expect(jury.speaker([(1, 2.9)]) == nil)
    #expect(jury.speaker([(1, 2.9), (2, 3.1)]) == 2)
  }

  @Test func aFaceThatWasHeardNeedsLittle() {
    var jury = FaceJury()
    #expect(jury.speaker([(1, 8), (2, -4)]) == 1)
    #expect(jury.speaker([(1, 0.5), (2, 0.2)]) == 1)
    #expect(jury.speaker([(1, -0.5), (2, -0.2)]) == nil)
    // Another one still has to convince.
    #expect(jury.speaker([(1, -1), (2, 2)]) == nil)
  }

  @Test func aFaceWhoseLipsNeverFitIsGivenNothing() {
    var jury = FaceJury()
    for _ in 0..<100 { #expect(jury.speaker([(1, -0.5), (2, 1)]) == nil) }
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
