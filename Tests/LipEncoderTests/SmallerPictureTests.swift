import Testing

@testable import LipEncoder

/// Faces that are searched for in a smaller picture.
@Suite struct SmallerPictureTests {
  @Test func aPixelIsTheMeanOfItsSquare() {
    let bytes = (0..<5 * 4 * 3).map { UInt8($0 * 4) }
    let small = Picture(width: 5, height: 4, bytes: bytes).reduced(by: 2)
    #expect(small.width == 2 && small.height == 2)
    for (y, x, channel) in [(0, 0, 0), (0, 1, 2), (1, 1, 1)] {
      let places = [(0, 0), (0, 1), (1, 0), (1, 1)].map { down, right in
        ((2 * y + down) * 5 + 2 * x + right) * 3 + channel
      }
      let mean = (places.reduce(0) { $0 + Int(bytes[$1]) } + 2) / 4
      #expect(Int(small.bytes[(y * 2 + x) * 3 + channel]) == mean)
    }
  }

  /// The last two networks see the whole picture either way, so that what differs is their square alone.
  @Test(.enabled(if: FacePictures.areThere, FacePictures.absence))
  func landmarksAreThoseOfTheWholePicture() throws {
    var detector = FaceDetector(try FacePictures.networks())
    for name in FacePictures.clips {
      let picture = try FacePictures.clip(name)[10]
      let whole = try #require(detector.detect(in: picture).first)
      let faces = detector.detect(in: picture, reducedBy: 2)
      #expect(faces.count == 1)
      let face = try #require(faces.first)
      // The network's landmarks move by that much when its square moves by a pixel or two.
      let distances = zip(face.landmarks, whole.landmarks).map { ($0 - $1).length }
      #expect(distances.allSatisfy { $0 < 0.04 * whole.box.width }, "\(name): \(distances)")
    }
  }
}
