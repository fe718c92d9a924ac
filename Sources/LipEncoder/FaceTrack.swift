/// A face in a picture and whose it is.
package struct TrackedFace: Sendable, Hashable {
  /// Number of the track, from 1; the same face keeps it.
  package let track: Int
  /// Counts the track's pieces without a jump of place or time: landmarks of different runs do
  /// not belong to one movement.
  package let run: Int
  package let face: DetectedFace
  /// Seconds since the picture of this face last changed.
  package private(set) var stillness: Double
  /// How the face looks on the whole.
  package let appearance: Appearance
  /// Nobody has looked since the last picture: the face counts as being where it was.
  package private(set) var isHeld = false

  /// The same `seconds` later, without another look.
  func held(for seconds: Double) -> TrackedFace {
    var face = self
    // A picture that stood still before may do so now; one that moved counts as moving.
    if stillness > 0 { face.stillness += seconds }
    face.isHeld = true
    return face
  }
}

/// A face that is, or was, followed.
struct FaceTrack {
  let number: Int
  var run = 1
  var face: DetectedFace
  /// How it looks on the whole, and how it looked last.
  var appearance: Appearance
  var latest: Appearance
  /// Times in seconds: when it was last seen, and when its picture last changed.
  var lastSeen: Double
  var lastChange: Double
  /// How far it had moved when it was last seen, in distances of its eyes; nil where it was not followed there.
  var lastStep: Float?
  /// It is followed from picture to picture; else it waits to be found again.
  var isActive = true
  /// A cut came after it was seen.
  var isBeforeCut = false
  /// Another face, or another view of it, took its place from one picture to the next.
  var isReplaced = false
  /// A face that is not quite sure is believed when it is seen a second time.
  var isConfirmed: Bool

  /// A face found in its first picture.
  init(number: Int, face: DetectedFace, appearance: Appearance, at time: Double, isSure: Bool) {
    self.number = number
    self.face = face
    anchor = face
    self.appearance = appearance
    latest = appearance
    lastSeen = time
    lastChange = time
    isConfirmed = isSure
  }

  /// The face as the whole cascade last found it.
  var anchor: DetectedFace

  /// Where the third network shall look for the face in the next picture: what it saw when the
  /// whole cascade last found the face, moved and resized as the landmarks have been since. (Its
  /// own box, taken again and again, slides off a face that is cut off.)
  var expected: FaceBox {
    guard let then = FaceGeometry(anchor.landmarks), let now = FaceGeometry(face.landmarks) else {
      return anchor.view
    }
    let square = anchor.view
    let scale = min(max(now.faceLength / then.faceLength, 0.8), 1.25)
    let half = square.width / 2 * scale
    let centre =
      (now.eyes + now.mouth) * 0.5
      + (square.centre - (then.eyes + then.mouth) * 0.5) * scale
    return FaceBox(
      left: centre.x - half, top: centre.y - half, right: centre.x + half,
      bottom: centre.y + half)
  }

  /// The similarity of a look to how this face looks, on the whole or last.
  func likeness(_ other: Appearance) -> Float {
    max(appearance.similarity(to: other), latest.similarity(to: other))
  }

  /// How near a box is to this face's last place, 0...1: 1 at the same place in the same size.
  func nearness(of box: FaceBox) -> Float {
    let size = max(face.box.width, box.width, 1)
    let ratio = min(face.box.width, box.width) / size
    guard ratio > 0.5 else { return 0 }
    return max(0, 1 - (box.centre - face.box.centre).length / size)
  }
}

extension DetectedFace {
  /// How far eyes, nose and mouth have moved to those of `other`, the largest of the three, in distances of the
  /// eyes; nil where landmarks show no face.
  func step(to other: DetectedFace) -> Float? {
    guard let then = FaceGeometry(landmarks), let now = FaceGeometry(other.landmarks) else {
      return nil
    }
    let steps = [now.eyes - then.eyes, now.nose - then.nose, now.mouth - then.mouth]
    return steps.map(\.length).reduce(0, max) / now.eyeDistance
  }
}
