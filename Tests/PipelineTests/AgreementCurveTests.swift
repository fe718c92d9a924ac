import Testing

@testable import Pipeline

@Suite struct AgreementCurveTests {
  /// A curve with a bump of height 0.5 around `shift` lip frames, on a ground of 0.1.
  private func curve(_ shift: Double, height: Float = 0.5) -> AgreementCurve {
    let sums = (-15...15).map { frame in
      let distance = Float(Double(frame) - shift)
      return 100 * (0.1 + height * max(0, 1 - distance * distance / 9))
    }
    return AgreementCurve((sums, Array(repeating: 100, count: 31)), reach: 15)
  }

  @Test(arguments: [-9.4, -4.25, -0.5, 0, 0.3, 2, 7.8])
  func theTopIsFoundToAFractionOfAFrame(shift: Double) throws {
    let peak = try #require(curve(shift).peak(height: 0.1, lead: 0.02))
    // The bump is a parabola, so the one through its top is exact.
    #expect(abs(Double(peak) - shift) < 1e-3)
  }

  @Test func whatDoesNotStandOutIsNoOffset() {
    #expect(curve(3, height: 0.05).peak(height: 0.1, lead: 0.02) == nil)
    #expect(curve(15).peak(height: 0.1, lead: 0.02) == nil, "the top may lie beyond the end")
    #expect(AgreementCurve(reach: 15).peak(height: 0.1, lead: 0.02) == nil)
    // Two tops of the same height.
    var two = curve(-8)
    two.add(curve(8))
    #expect(two.peak(height: 0.1, lead: 0.02) == nil)
  }

  @Test func segmentsCountByTheirFrames() {
    var curve = AgreementCurve(reach: 1)
    curve.add(AgreementCurve(([1, 2, 3], [1, 2, 3]), reach: 1))
    curve.add(AgreementCurve(([0, 4, 0], [0, 2, 1]), reach: 1))
    #expect(curve.values == [1, 1.5, 0.75])
  }

  @Test func anOffsetIsFoundOutOnceAndSmallOnesAreLeft() throws {
    func surveyed(_ offset: Double?) -> SurveyedLips {
      var lips = SurveyedLips()
      lips.survey.offset = offset
      return lips
    }
    let sync = PictureSync()
    var asked = 0
    for _ in 0..<3 {
      let found = try sync.offset {
        asked += 1
        return surveyed(-0.2)
      }
      #expect(found == -0.2)
    }
    #expect(asked == 1 && sync.known == -0.2)
    let small = try PictureSync().offset { surveyed(0.03) }
    let unknown = try PictureSync().offset { surveyed(nil) }
    #expect(small == 0 && unknown == 0)
  }

  /// What a survey has seen is not looked at again, unless the picture has to be put right.
  @Test(arguments: [0.0, -0.2])
  func looksOfASurveyAreUsedOnce(offset: Double) throws {
    var lips = SurveyedLips()
    lips.survey.offset = offset
    lips.keep(Look(mouths: [], fault: nil, isDamaged: false), from: 1.5, seconds: 6)
    let sync = PictureSync()
    _ = try sync.offset { lips }
    let look = sync.takeLook(from: 1.5, seconds: 6)
    #expect((look != nil) == (offset == 0))
    #expect(sync.takeLook(from: 1.5, seconds: 6) == nil)
    #expect(sync.takeLook(from: 1.5, seconds: 6.5) == nil)
  }
}
