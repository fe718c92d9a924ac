import Glibc

/// What five landmarks say of a face's place, size and pose.
package struct FaceGeometry: Sendable, Hashable {
  package let eyes: Point
  package let nose: Point
  package let mouth: Point
  /// Unit vector along the line of the eyes.
  let across: Point
  /// Pixels between the eyes.
  package let eyeDistance: Float
  /// Pixels from the middle between the eyes to the middle of the mouth.
  package let faceLength: Float

  /// The side of the square around the mouth, in face lengths.
  static let mouthSide: Float = 1.25
  /// The side of the square that a face is recognised by, in face lengths: forehead to chin.
  static let appearanceSide: Float = 2.6

  /// The geometry of landmarks in the order of `DetectedFace`; nil where they lie together, so that
  /// they show no direction.
  package init?(_ landmarks: [Point]) {
    precondition(landmarks.count == 5)
    let line = landmarks[1] - landmarks[0]
    eyes = (landmarks[0] + landmarks[1]) * 0.5
    nose = landmarks[2]
    mouth = (landmarks[3] + landmarks[4]) * 0.5
    eyeDistance = line.length
    faceLength = (mouth - eyes).length
    guard eyeDistance >= 1, faceLength >= 2, eyeDistance.isFinite, faceLength.isFinite else {
      return nil
    }
    across = line * (1 / eyeDistance)
  }

  /// How far the nose is to the right of the eyes' middle, in eye distances: 0 looks straight ahead.
  package var yaw: Float {
    let offset = nose - eyes
    return (offset.x * across.x + offset.y * across.y) / eyeDistance
  }

  /// The square around the mouth that the lip encoder sees.
  var mouthSquare: LevelledSquare {
    LevelledSquare(centre: mouth, across: across, side: Self.mouthSide * faceLength)
  }

  /// The square around the face that it is recognised by.
  var appearanceSquare: LevelledSquare {
    LevelledSquare(
      centre: (eyes + mouth) * 0.5, across: across, side: Self.appearanceSide * faceLength)
  }
}
