import Testing

@testable import Evaluation

@Suite struct ReportNumberTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.0, 1, "0.0"), (14.215, 1, "14.2"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"),
    (-2.5, 0, "-3"), (99.95, 1, "100.0"), (0.007, 2, "0.01"), (1234.5, 3, "1234.500"),
    (.nan, 1, "–"), (.infinity, 1, "–"), (1e300, 1, "–"),
  ])
  func fixed(value: Double, digits: Int, text: String) {
    #expect(ReportNumber.fixed(value, digits) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (20.0, "20"), (-2.5, "-2.5"), (0.25, "0.25"), (100.0, "100"), (1.999, "2"),
    (-0.001, "0"), (.nan, "–"),
  ])
  func short(value: Double, text: String) {
    #expect(ReportNumber.short(value) == text)
  }

  @Test func estimates() {
    #expect(ReportNumber.estimate(nil, 1) == "–")
    #expect(ReportNumber.estimate(ScoreEstimate(0.142), 1) == "14.2")
    #expect(
      ReportNumber.estimate(ScoreEstimate(0.142, interval: 0...1.5), 1) == "14.2 (0.0–150.0)")
    #expect(
      ReportNumber.difference(ScoreEstimate(-0.0125, interval: -0.02...0.0031), 2)
        == "-1.25 (-2.00 to +0.31)")
    // What rounds to nothing has no sign.
    #expect(ReportNumber.difference(ScoreEstimate(0.00001), 2) == "0.00")
    #expect(ReportNumber.difference(ScoreEstimate(-0.00001), 2) == "0.00")
  }

  @Test func levelsAreOrderedFromTheEasiest() {
    let levels: [SNRLevel] = [.decibels(-5), .decibels(20), .clean, .decibels(2.5)]
    #expect(levels.sorted().map(\.description) == ["clean", "20 dB", "2.5 dB", "-5 dB"])
    #expect(!(SNRLevel.clean < .clean) && !(SNRLevel.decibels(0) < .decibels(0)))
  }
}
