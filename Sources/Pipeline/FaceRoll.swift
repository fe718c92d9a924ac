import LipEncoder

/// Where a face is in the picture.
struct FacePlace: Sendable, Hashable {
  /// The mouth's middle in pixels, as seen on average.
  var mouth: Point
  /// Distance of the eyes in pixels.
  var size: Float
  /// The same middle as shares of the picture's width and height.
  var share = Point(x: 0, y: 0)
}

/// Numbers the faces of a recording whose segments were looked at one by one: a face in the same
/// place and of the same size as one before is the same. It is asked in the order of the segments, so
/// numbers do not depend on who looked when.
struct FaceRoll {
  /// Eye distances that a face may have moved since it was last seen.
  private static let reach: Float = 2
  /// Ratio of sizes from which on two faces are different ones.
  private static let growth: Float = 1.5

  private var places: [FacePlace] = []

  /// The number of the face at a place, from 1.
  mutating func number(_ place: FacePlace) -> Int {
    let nearest = places.indices.filter { Self.areOne(places[$0], place) }.min {
      (places[$0].mouth - place.mouth).length < (places[$1].mouth - place.mouth).length
    }
    guard let nearest else {
      places.append(place)
      return places.count
    }
    places[nearest] = place
    return nearest + 1
  }

  private static func areOne(_ a: FacePlace, _ b: FacePlace) -> Bool {
    let (small, large) = (min(a.size, b.size), max(a.size, b.size))
    return (a.mouth - b.mouth).length < reach * large && large < growth * max(small, 1)
  }
}
