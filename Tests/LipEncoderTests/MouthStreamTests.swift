import Testing

@testable import LipEncoder

/// From pictures with their times to lip frames.
@Suite(.enabled(if: FacePictures.areThere, FacePictures.absence))
struct MouthStreamTests {
  private static func stream() throws -> MouthStream {
    MouthStream(FaceTracker(FaceDetector(try FacePictures.networks())))
  }

  /// All lip frames of pictures at given times.
  private static func frames(_ pictures: [(Picture, Double)]) throws -> [LipFrame] {
    var stream = try stream()
    var frames: [LipFrame] = []
    for (picture, time) in pictures { stream.push(picture, at: time) { frames.append($0) } }
    stream.finish { frames.append($0) }
    return frames
  }

  private static let clip = Result { try FacePictures.clip("s2/pwij3p.mpg") }

  /// The clip's pictures at `rate`, each the one that the clip shows at that time.
  private static func clip(at rate: Double) throws -> [(Picture, Double)] {
    let clip = try clip.get()
    return (0..<Int(3 * rate)).map { place in
      let time = Double(place) / rate
      return (clip[min(74, Int(time * 25 + 1e-6))], time)
    }
  }

  @Test func aClipAt25FramesHasOneCropForEach() throws {
    let frames = try Self.frames(try Self.clip(at: 25))
    #expect(frames.map(\.index) == Array(0..<75))
    #expect(frames.allSatisfy { $0.track == 1 && $0.crop.count == 80 * 80 })
    for quality in frames.map(\.quality) {
      #expect(quality.presence == 1 && quality.confidence > 0.99 && quality.stillness == 0)
      // The eyes of this clip are 48 px apart, and it looks straight ahead.
      #expect(abs(quality.size - 0.75) < 0.05 && abs(quality.yaw) < 0.1)
      #expect(quality.sharpness > 0.3 && quality.sharpness < 0.7)
      #expect(quality.values.count == LipQuality.count)
    }
    // Smoothed landmarks do not jump.
    for (one, next) in zip(frames, frames.dropFirst()) {
      #expect((one.mouth - next.mouth).length < 1.5)
    }
  }

  @Test(arguments: [60.0, 50, 10, 5])
  func everyRateGives25FramesASecond(_ rate: Double) throws {
    let frames = try Self.frames(try Self.clip(at: rate))
    #expect(frames.map(\.index) == Array(0..<75))
    let longest = frames.map(\.quality.stillness).max() ?? 0
    // The longest time that a picture of this rate is on the grid.
    let expected = rate >= 25 ? 0 : Float((25 / rate).rounded(.up) - 1) / 25
    #expect(abs(longest - expected) < 1e-4)
  }

  @Test func timesMayVary() throws {
    let clip = try Self.clip.get()
    let times = [0, 0.031, 0.1, 0.118, 0.2, 0.5, 0.52, 0.6]
    let frames = try Self.frames(times.map { (clip[Int($0 * 25)], $0) })
    #expect(frames.map(\.index) == Array(0..<17))
  }

  @Test func aLongStandstillIsFrozen() throws {
    let clip = try Self.clip.get()
    let frames = try Self.frames([(clip[0], 0), (clip[1], 0.04), (clip[2], 2.04)])
    // The last picture lasts a second at most.
    #expect(frames.count == 51 + 25)
    #expect(frames[50].quality.stillness == 1 && frames[51].quality.stillness == 0)
  }

  @Test func picturesWithoutAFaceGiveNothing() throws {
    let black = Picture.plain(320, 240, value: 0)
    let frames = try Self.frames((0..<30).map { (black, Double($0) / 25) })
    #expect(frames.isEmpty)
    let none = try Self.frames([])
    #expect(none.isEmpty)
  }

  @Test func aShortGapIsBridgedAndALongOneIsNot() throws {
    let clip = try Self.clip.get()
    // A hand, say, before the face; the rest of the picture stays.
    let cover = Picture.plain(160, 200, value: 120)
    func present(_ gap: Range<Int>) throws -> [Int] {
      try Self.frames(
        (0..<50).map {
          (gap.contains($0) ? clip[$0].with(cover, x: 100, y: 80) : clip[$0], Double($0) / 25)
        }
      ).map(\.index)
    }
    let short = try present(20..<22)
    #expect(short == Array(0..<50))
    let long = try present(20..<36)
    #expect(long == Array(0..<20) + Array(36..<50))
  }

  @Test func blackPicturesHaveNoFace() throws {
    let clip = try Self.clip.get()
    let black = Picture.plain(clip[0].width, clip[0].height, value: 0)
    let frames = try Self.frames(
      (0..<30).map { ((12..<15).contains($0) ? black : clip[$0], Double($0) / 25) })
    #expect(frames.map(\.index) == Array(0..<12) + Array(15..<30))
    #expect(Set(frames.map(\.track)) == [1])
  }

  @Test func portraitPicturesAreSeen() throws {
    let clip = try Self.clip.get()
    let tall = Picture.plain(200, 420)
    let frames = try Self.frames(
      clip.prefix(20).enumerated().map {
        (tall.with($1.shrunk(by: 2), x: 10, y: 200), Double($0) / 25)
      })
    #expect(frames.count == 20)
    #expect(frames.allSatisfy { $0.quality.presence == 1 && $0.mouth.y > 200 })
  }

  /// Lip frames come as soon as the pictures that they need have been shown, so nothing piles up.
  @Test func framesComeAQuarterOfASecondLate() throws {
    let clip = try Self.clip.get()
    var stream = try Self.stream()
    var last = -1
    for (place, picture) in clip.enumerated() {
      stream.push(picture, at: Double(place) / 25) { last = $0.index }
      #expect(last == max(-1, place - 1 - MouthStream.reach))
    }
  }

  @Test func twoFacesHaveTwoTracks() throws {
    let first = try Self.clip.get().prefix(20)
    let second = try FacePictures.clip("s4/lwbsza.mpg").prefix(20)
    let pictures = zip(first, second).enumerated().map { place, pair in
      (Picture.gallery([pair.0, pair.1], columns: 2), Double(place) / 25)
    }
    let frames = try Self.frames(pictures)
    #expect(frames.count == 40)
    for track in [1, 2] {
      let own = frames.filter { $0.track == track }
      #expect(own.map(\.index) == Array(0..<20))
      #expect(Set(own.map { $0.mouth.x < 360 }).count == 1)
    }
  }
}
