import Testing

@testable import LipEncoder
@testable import Pipeline

@Suite struct MouthTrackTests {
  private static let size = LipFrame.absentCrop.count

  /// A track over lip frames 50..<60 of a span that begins at 2.01 s, seen in the frames `places`; the
  /// crop of place p is all p.
  private func track(seen places: [Int]) -> MouthTrack {
    var track = MouthTrack(face: 1, indices: 50..<60, start: 2.01)
    for place in places {
      var quality = LipQuality()
      quality.presence = 1
      quality.size = 0.5
      let frame = LipFrame(
        index: 50 + place, track: 1,
        crop: Array(repeating: UInt8(place), count: Self.size), quality: quality,
        mouth: Point(x: 10, y: Float(place)))
      track.set(frame, at: place, width: 100, height: 50)
    }
    return track
  }

  @Test func whereAFaceIsNotThereTheFrameIsGreyAndAbsent() {
    let track = track(seen: [0, 3])
    #expect(track.count == 10)
    #expect(track.crops.count == 10 * Self.size)
    let firsts = (0..<10).map { track.crops[$0 * Self.size] }
    #expect(firsts == [0, 128, 128, 3, 128, 128, 128, 128, 128, 128])
    let presence = (0..<10).map { track.quality[$0 * LipQuality.count + 5] }
    #expect(presence == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    // Frame 50 is at 2 s; the middle of its picture is 20 ms later.
    #expect(abs(track.times[0] - 0.01) < 1e-5)
    #expect(abs(track.times[9] - 0.37) < 1e-5)
    let place = FacePlace(mouth: Point(x: 10, y: 1.5), size: 32, share: Point(x: 0.1, y: 0.03))
    #expect(track.place == place)
  }

  @Test func aPartHasTheFramesInsideItWithTimesFromItsStart() {
    let track = track(seen: Array(0..<10))
    let part = track.part(from: 0.1, to: 0.3)
    // Middles at 0.01, 0.05, 0.09, 0.13 ... seconds of the span.
    #expect(part.count == 5)
    #expect(part.crops.first == 3 && part.crops.last == 7)
    #expect(part.quality.count == 5 * LipQuality.count)
    #expect(abs(part.times[0] - 0.03) < 1e-5)
    let whole = track.part(from: 0, to: 1)
    #expect(whole.crops == track.crops && whole.times == track.times)
    #expect(track.part(from: 5, to: 6).count == 0)
  }
}
