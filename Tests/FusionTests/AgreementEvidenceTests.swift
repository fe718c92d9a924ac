import Fixtures
import Testing

@testable import Fusion

/// Numbers under which agreement is evidence.
@Suite struct AgreementEvidenceTests {
  @Test func theFormulaIsThatOfTheDocument() {
    let evidence = AgreementEvidence(slope: 10, intercept: -1, saturation: 5)
    #expect(abs(evidence.ratio(score: 0.5, seconds: 5) - (10 * 0.5 - 1) * 5 / 2) < 1e-9)
    #expect(evidence.ratio(score: 0.1, seconds: 3).magnitude < 1e-6)
  }

  @Test func itIsReadFromAModel() throws {
    var model = SyntheticLipModel()
    model.set("evidence.slope", [13])
    model.set("evidence.intercept", [-0.5])
    model.set("evidence.saturation", [29])
    let evidence = try model.withScope { try AgreementEvidence($0) }
    #expect(evidence == AgreementEvidence(slope: 13, intercept: -0.5, saturation: 29))
    model.set("evidence.saturation", [0])
    #expect(try model.withScope { try AgreementEvidence($0) } == nil)
  }
}
