import Testing

@testable import LipEncoder

/// Who is who from picture to picture, on real faces moved by known amounts.
@Suite(.enabled(if: FacePictures.areThere, FacePictures.absence))
struct FaceTrackerTests {
  private static func tracker() throws -> FaceTracker {
    // Every picture is looked at: what is tested is who is who in each.
    var options = FaceTracker.Options()
    options.followInterval = 0
    options.restingInterval = 0
    return FaceTracker(FaceDetector(try FacePictures.networks()), options: options)
  }

  /// What a tracker says of pictures at 25 frames a second.
  private static func follow(_ pictures: [Picture]) throws -> [[TrackedFace]] {
    var tracker = try tracker()
    var result: [[TrackedFace]] = []
    for (place, picture) in pictures.enumerated() {
      result.append(tracker.track(picture, at: Double(place) / 25))
    }
    return result
  }

  /// Pictures of three people, half as large.
  private static let people = Result {
    try ["s2/pwij3p.mpg", "s3/sbia1a.mpg", "s22/lbbc2a.mpg"].map { name in
      try FacePictures.clip(name).prefix(24).map { $0.shrunk(by: 2) }
    }
  }

  @Test func aFaceThatMovesIsFollowed() throws {
    let person = try Self.people.get()[0]
    let canvas = Picture.plain(420, 300)
    let moves = person.indices.map { (x: 10 + 5 * $0, y: 20 + 2 * $0) }
    let pictures = zip(person, moves).map { canvas.with($0, x: $1.x, y: $1.y) }
    let faces = try Self.follow(pictures)
    #expect(faces.allSatisfy { $0.count == 1 && $0[0].track == 1 && $0[0].run == 1 })
    let still = try Self.follow(person.map { canvas.with($0, x: 10, y: 20) })
    for (place, move) in moves.enumerated() {
      for index in 0..<5 {
        let moved = faces[place][0].face.landmarks[index]
        let reference = still[place][0].face.landmarks[index]
        // Two pictures of one face at other pixels: the detector's own scatter is about 1 px here.
        let shift = Point(x: Float(move.x - 10), y: Float(move.y - 20))
        #expect((moved - reference - shift).length < 3)
      }
    }
  }

  @Test func tilesThatChangePlacesKeepTheirFaces() throws {
    let people = try Self.people.get()
    let (width, height) = (people[0][0].width, people[0][0].height)
    let layouts = [[0, 1, 2], [2, 0, 1], [1, 0, 2]]
    var pictures: [Picture] = []
    for place in 0..<24 {
      let order = layouts[place / 8]
      pictures.append(Picture.gallery(order.map { people[$0][place] }, columns: 3))
    }
    let faces = try Self.follow(pictures)
    #expect(pictures[0].width == 3 * width && pictures[0].height == height)
    var seats: [Int: Int] = [:]
    for (place, found) in faces.enumerated() {
      #expect(found.count == 3)
      for face in found {
        let tile = Int(face.face.box.centre.x) / width
        let person = layouts[place / 8][tile]
        #expect(seats[face.track, default: person] == person)
        seats[face.track] = person
      }
    }
    #expect(seats.count == 3)
    // Landmarks of two places are not smoothed into one.
    #expect(Set(faces[23].map(\.run)) != [1])
  }

  @Test func aCutEndsATrackUnlessTheFaceComesBack() throws {
    let people = try Self.people.get()
    let pictures = people[0][0..<8] + people[2][8..<16] + people[0][16..<24]
    let faces = try Self.follow(Array(pictures))
    #expect(faces.map { $0.map(\.track) } == (0..<24).map { [$0 / 8 == 1 ? 2 : 1] })
    #expect(faces[23][0].run > faces[0][0].run)
  }

  @Test func aFaceThatWasAwayIsKnownAgain() throws {
    let person = try Self.people.get()[1]
    let empty = Picture.plain(person[0].width, person[0].height, value: 0)
    let faces = try Self.follow(
      Array(person[0..<6]) + Array(repeating: empty, count: 20) + Array(person[6..<24]))
    #expect(faces[0..<6].allSatisfy { $0.map(\.track) == [1] })
    #expect(faces[6..<26].allSatisfy { $0.isEmpty })
    #expect(faces.last?.map(\.track) == [1])
  }

  @Test func aFrozenFaceIsStill() throws {
    let person = try Self.people.get()[0]
    let pictures = Array(person[0..<5]) + Array(repeating: person[4], count: 10)
    let stillness = try Self.follow(pictures).compactMap { $0.first?.stillness }
    #expect(stillness.prefix(5).allSatisfy { $0 == 0 })
    for (value, place) in zip(stillness.dropFirst(5), 1...) {
      #expect(abs(value - Double(place) / 25) < 1e-9)
    }
  }

  @Test func aPictureOfAnotherSizeShowsTheSameFace() throws {
    let clip = try FacePictures.clip("s3/sbia1a.mpg")
    let faces = try Self.follow(Array(clip[0..<6]) + clip[6..<12].map { $0.shrunk(by: 2) })
    #expect(faces.allSatisfy { $0.map(\.track) == [1] })
    #expect(faces[11][0].run > faces[0][0].run)
  }

  @Test func aGalleryOf25IsSeenWhole() throws {
    let clips = try FacePictures.clips.map { try FacePictures.clip($0) }
    let pictures = (0..<13).map { place in
      let tiles = (0..<25).map { clips[$0 % clips.count][place + $0].shrunk(by: 4) }
      return Picture.gallery(tiles, columns: 5)
    }
    let faces = try Self.follow(pictures)
    #expect(faces.allSatisfy { $0.count == 25 })
    #expect(Set(faces.flatMap { $0.map(\.track) }).count == 25)
  }
}
