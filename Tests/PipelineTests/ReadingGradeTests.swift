import Testing

@testable import Pipeline

@Suite struct ReadingGradeTests {
  @Test(
    arguments: [
      (false, -0.29, false), (false, -0.31, true), (true, -0.1, true), (false, nil, true),
    ] as [(Bool, Double?, Bool)])
  func doubtfulReadingsAreReadAgain(isLoop: Bool, confidence: Double?, isDoubtful: Bool) {
    let grade = ReadingGrade(isLoop: isLoop, confidence: confidence)
    #expect(grade.isDoubtful(below: -0.3) == isDoubtful)
  }

  /// The second reading, the first one, and whether the second is better.
  @Test(
    arguments: [
      ((false, -0.5), (false, -0.6), true), ((false, -0.6), (false, -0.5), false),
      // Of equals the first one counts.
      ((false, -0.5), (false, -0.5), false), ((false, nil), (false, nil), false),
      ((false, -2), (true, -0.1), true), ((true, -0.1), (false, -2), false),
      ((true, -0.1), (true, -0.2), true), ((false, nil), (true, -0.1), true),
    ] as [((Bool, Double?), (Bool, Double?), Bool)])
  func theSurerOneCounts(second: (Bool, Double?), first: (Bool, Double?), isBetter: Bool) {
    let grades = [second, first].map { ReadingGrade(isLoop: $0.0, confidence: $0.1) }
    #expect(grades[0].isBetter(than: grades[1]) == isBetter)
  }
}
