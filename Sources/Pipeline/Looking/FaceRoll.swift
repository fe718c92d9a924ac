import LipEncoder

/// Where a face is in the picture.
struct FacePlace: Sendable, Hashable, Codable {
  /// The mouth's middle in pixels, as seen on average.
  var mouth: Point
  /// Distance of the eyes in pixels.
  var size: Float
  /// The same middle as shares of the picture's width and height.
  var share = Point(x: 0, y: 0)
  /// How the face looks, where that is known.
  var appearance: Appearance?
}

/// Numbers the faces of a recording whose segments were looked at one by one. A face in the same
/// place and of the same size as one before is the same unless it looks otherwise. One that looks
/// the same is the same wherever it is (tiles of a gallery move). It is asked in the order of the
/// segments, so numbers do not depend on who looked when.
struct FaceRoll {
  /// Eye distances that a face may have moved since it was last seen.
  private static let reach: Float = 2
  /// Ratio of sizes from which on two faces are different ones.
  private static let growth: Float = 1.5
  /// Similarity of looks that is needed at the same place, and anywhere: those of `FaceTracker`.
  private static let (likenessInPlace, likeness): (Float, Float) = (0.5, 0.75)

  private var places: [FacePlace] = []

  /// The number of the face at a place, from 1.
  mutating func number(_ place: FacePlace) -> Int {
    let best = places.indices.compactMap { index in
      Self.match(places[index], place).map { (index: index, score: $0) }
    }.max { $0.score < $1.score }
    guard let best else {
      places.append(place)
      return places.count
    }
    let known = places[best.index].appearance
    places[best.index] = place
    places[best.index].appearance = place.appearance ?? known
    return best.index + 1
  }

  /// How well two places may be those of one face, by look and nearness; nil where they cannot.
  private static func match(_ a: FacePlace, _ b: FacePlace) -> Float? {
    let (small, large) = (min(a.size, b.size), max(a.size, b.size))
    let distance = (a.mouth - b.mouth).length / (reach * max(large, 1))
    let isInPlace = distance < 1 && large < growth * max(small, 1)
    let nearness = isInPlace ? 0.5 * (1 - distance) : 0
    guard let look = a.appearance, let other = b.appearance else {
      return isInPlace ? nearness : nil
    }
    let similarity = look.similarity(to: other)
    let isSame = similarity > likeness || isInPlace && similarity > likenessInPlace
    return isSame ? similarity + nearness : nil
  }
}
