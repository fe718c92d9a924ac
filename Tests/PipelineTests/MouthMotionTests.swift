import Testing

@testable import LipEncoder
@testable import Pipeline

@Suite struct MouthMotionTests {
  private static let side = LipFrame.side

  /// A mouth of which `opening` rows are dark, with noise of single values.
  private func crop(opening: Int, seed: Int = 0) -> [UInt8] {
    (0..<Self.side * Self.side).map { index in
      let (x, y) = (index % Self.side, index / Self.side)
      let isMouth = (20..<60).contains(x) && abs(2 * (y - 40)) < opening
      let noise = (index &* 7919 &+ seed &* 104_729) % 9 - 4
      return UInt8((isMouth ? 60 : 150) + (x + y) / 4 + noise)
    }
  }

  private func track(
    frames: Int = 50, opening: (Int) -> Int, quality: (Int, inout LipQuality) -> Void = { _, _ in }
  ) -> MouthTrack {
    var track = MouthTrack(face: 1, indices: 0..<frames, start: 0)
    for index in 0..<frames {
      var values = LipQuality()
      values.size = 0.7
      values.presence = 1
      quality(index, &values)
      guard values.presence > 0 else { continue }
      let frame = LipFrame(
        index: index, track: 1, crop: crop(opening: opening(index), seed: index), quality: values,
        mouth: Point(x: 0, y: 0))
      track.set(frame, at: index, width: 100, height: 100)
    }
    return track
  }

  @Test func aMouthAtRestIsStillAndATalkingOneIsNot() {
    #expect(track { _ in 8 }.isStill)
    #expect(!track { 8 + 12 * ($0 / 3 % 2) }.isStill)
    // One second of talk in six.
    #expect(!track(frames: 150) { (60..<85).contains($0) ? 8 + 12 * ($0 / 3 % 2) : 8 }.isStill)
  }

  @Test func lightDoesNotMatter() {
    let crops = (0..<40).flatMap { frame in
      crop(opening: 8).map { UInt8(min(255, Int($0) / 2 + 2 * frame)) }
    }
    let still = MouthMotion.largest(crops: crops, counts: Array(repeating: true, count: 40))
    #expect(still.map { $0 < 0.02 } == true)
  }

  @Test func whatCannotBeWatchedIsNotStill() {
    #expect(!track(frames: 12) { _ in 8 }.isStill, "too short")
    #expect(!track(opening: { _ in 8 }, quality: { $1.presence = $0 < 40 ? 1 : 0 }).isStill)
    #expect(!track(opening: { _ in 8 }, quality: { $1.stillness = 1 }).isStill, "frozen")
    #expect(!track(opening: { _ in 8 }, quality: { $1.size = 0.2 }).isStill, "far away")
    #expect(track(opening: { _ in 8 }, quality: { $1.presence = $0 == 20 ? 0 : 1 }).isStill)
  }

  @Test func everyFaceMustBeStill() {
    let (still, talking) = (track { _ in 8 }, track { 8 + 12 * ($0 / 3 % 2) })
    let isStill = { (mouths: [MouthTrack]) in
      Look(mouths: mouths, fault: nil, isDamaged: false).isStill ?? false
    }
    #expect(isStill([still]) && isStill([still, still]))
    #expect(!isStill([]) && !isStill([still, talking]) && !isStill([talking]))
  }
}
