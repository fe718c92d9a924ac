import Testing

@testable import Transcript

@Suite struct CueProfileTests {
  @Test(arguments: CueProfile.Field.allCases)
  func valuesOutOfRangeChangeNothing(field: CueProfile.Field) {
    let allowed = CueProfile.standard.allowed(field)
    for value in [allowed.lowerBound.nextDown, allowed.upperBound.nextUp, .nan, .infinity, -1] {
      var profile = CueProfile.standard
      #expect(throws: CueProfileError.self) { try profile.set(field, to: value) }
      #expect(profile == .standard)
    }
  }

  @Test(arguments: CueProfile.Field.allCases)
  func theEndsOfARangeCanBeSet(field: CueProfile.Field) throws {
    for value in [
      CueProfile.standard.allowed(field).lowerBound, CueProfile.standard.allowed(field).upperBound,
    ] {
      var profile = CueProfile.standard
      try profile.set(field, to: value)
    }
  }

  @Test func linesComeWhole() {
    var profile = CueProfile.standard
    #expect(throws: CueProfileError.notWhole(.maxLines, value: 1.5)) {
      try profile.set(.maxLines, to: 1.5)
    }
  }

  @Test func theShortestCueCannotBeLongerThanTheLongest() {
    var profile = CueProfile.standard
    #expect(throws: CueProfileError.outOfRange(.minDuration, value: 8, allowed: 0.1...7)) {
      try profile.set(.minDuration, to: 8)
    }
  }
}
