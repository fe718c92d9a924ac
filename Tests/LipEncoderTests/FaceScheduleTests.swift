import Testing

@testable import LipEncoder

/// When a tracker looks.
@Suite struct FaceScheduleTests {
  /// The times at which it looks at faces and at the whole picture, at 25 pictures a second whose change
  /// is `change`.
  private func looks(
    seconds: Double, losing lost: Double? = nil, isEmpty: Bool = false, isAtRest: Bool = false,
    _ change: (Double) -> Float
  ) -> (follows: [Double], searches: [Double]) {
    var schedule = FaceSchedule(FaceTracker.Options())
    var (follows, searches): ([Double], [Double]) = ([], [])
    for place in 0..<Int(seconds * 25) {
      let time = Double(place) / 25
      guard schedule.isDue(place == 0 ? 1 : change(time), at: time) else { continue }
      follows.append(time)
      if time == lost { schedule.lose(at: time) }
      if schedule.wantsSearch(at: time) {
        searches.append(time)
        schedule.search(at: time)
      }
      schedule.end(at: time, isEmpty: isEmpty, isAtRest: isAtRest)
    }
    return (follows, searches)
  }

  @Test func aQuietPictureIsSearchedEveryTwoSeconds() {
    let (follows, searches) = looks(seconds: 6) { _ in 0 }
    #expect(searches == [0, 2, 4])
    #expect(follows.count == 75)
  }

  @Test func aQuietPictureWithoutAFaceIsSearchedEverySecond() {
    let searches = looks(seconds: 4, isEmpty: true) { _ in 0 }.searches
    #expect(searches == [0, 1.04, 2.08, 3.12])
  }

  @Test func facesAtRestAreLookedAtInEveryThirdPicture() {
    let follows = looks(seconds: 2, isAtRest: true) { _ in 0 }.follows
    #expect(follows == (0..<17).map { Double(3 * $0) / 25 })
  }

  @Test func facesAtRestAreLookedAtOftenerWhereMuchChanges() {
    let follows = looks(seconds: 1, isAtRest: true) { $0 >= 0.48 ? 0.1 : 0 }.follows
    #expect(follows.filter { $0 > 0.48 }.count == 6)
  }

  @Test func aMovingPictureIsSearchedOftener() {
    let searches = looks(seconds: 4) { _ in 0.1 }.searches
    #expect(searches.count == 10)
  }

  @Test func aCutIsNeverWaitedFor() {
    let (follows, searches) = looks(seconds: 2) { $0 == 0.52 ? 0.6 : 0 }
    // 0.52 is the thirteenth picture, at which nobody would have looked.
    #expect(follows.contains(0.52) && searches.contains(0.52))
  }

  @Test func whatWasSeenOfAChangeWhileNobodyLookedCounts() {
    let searches = looks(seconds: 1) { $0 == 0.44 ? 0.1 : 0 }.searches
    #expect(searches == [0, 0.48])
  }

  @Test func aLostFaceIsSearchedForHalfASecond() {
    let searches = looks(seconds: 3, losing: 1.2) { _ in 0 }.searches
    #expect(searches.filter { $0 >= 1.2 && $0 <= 1.72 }.count >= 4)
    #expect(searches.filter { $0 > 1.72 }.count <= 2)
  }

  @Test(arguments: [true, false])
  func whereAFaceIsMissingAChangeIsLookedAtAtOnce(isMissing: Bool) {
    let searches = looks(seconds: 4, losing: isMissing ? 0.08 : nil) { $0 == 2.24 ? 0.1 : 0 }
      .searches
    #expect(searches.contains(2.24) == isMissing)
  }
}
