/// A face in a picture and whose it is.
package struct TrackedFace: Sendable, Hashable {
  /// Number of the track, from 1; the same face keeps it.
  package let track: Int
  /// Counts the track's pieces without a jump of place or time: landmarks of different runs do
  /// not belong to one movement.
  package let run: Int
  package let face: DetectedFace
  /// Seconds since the picture of this face last changed.
  package let stillness: Double
}

/// A face that is, or was, followed.
struct FaceTrack {
  let number: Int
  var run = 1
  var face: DetectedFace
  var appearance: Appearance
  /// Times in seconds: when it was last seen, and when its picture last changed.
  var lastSeen: Double
  var lastChange: Double
  /// It is followed from picture to picture; else it waits to be found again.
  var isActive = true
  /// A cut came after it was seen.
  var isBeforeCut = false
  /// A face that is not quite sure is believed when it is seen a second time.
  var isConfirmed: Bool

  /// Where the third network shall look for the face in the next picture.
  var expected: FaceBox { face.box.squared }

  /// How near a box is to this face's last place, 0...1: 1 at the same place in the same size.
  func nearness(of box: FaceBox) -> Float {
    let size = max(face.box.width, box.width, 1)
    let ratio = min(face.box.width, box.width) / size
    guard ratio > 0.5 else { return 0 }
    return max(0, 1 - (box.centre - face.box.centre).length / size)
  }
}
