import Foundation
import Testing

@testable import LipEncoder

/// The detector against facenet-pytorch 2.6.0 on the same pixels (`Goldens/detector.py`).
@Suite(.enabled(if: FacePictures.areThere, FacePictures.absence))
struct FaceDetectorParityTests {
  /// A face as the reference found it.
  struct Golden {
    let picture: String
    let score: Float
    /// Box, then x and y of five landmarks.
    let places: [Float]
  }

  static let goldens: [Golden] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Goldens/detector.tsv")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      let numbers = fields.dropFirst().compactMap { Float($0) }
      return Golden(
        picture: String(fields[0]), score: numbers[0], places: Array(numbers.dropFirst()))
    }
  }()

  /// Two pictures of each clip, and galleries of small faces made of them: by name.
  static func pictures() throws -> [(name: String, picture: Picture)] {
    var result: [(String, Picture)] = []
    var tiles: [Picture] = []
    for name in FacePictures.clips {
      let pictures = try FacePictures.clip(name)
      for place in [10, 40] {
        result.append(("\(name.replacing("/", with: "_"))@\(place)", pictures[place]))
      }
      tiles += stride(from: 4, to: 64, by: 15).map { pictures[$0] }
    }
    for (factor, columns) in [(2, 3), (3, 4), (4, 5)] {
      let shrunk = tiles.prefix(columns * columns).map { $0.shrunk(by: factor) }
      result.append(("gallery\(columns)", Picture.gallery(shrunk, columns: columns)))
    }
    return result
  }

  /// Writes the pictures for the reference to read where `VISEME_TEST_FRAMES` says.
  private func dump(_ pictures: [(name: String, picture: Picture)]) throws {
    guard let folder = ProcessInfo.processInfo.environment["VISEME_TEST_FRAMES"] else { return }
    for (name, picture) in pictures {
      let file = "\(name)-\(picture.width)x\(picture.height).rgb"
      try Data(picture.bytes).write(to: URL(filePath: folder).appending(path: file))
    }
  }

  @Test func facesAreThoseOfTheReference() throws {
    let pictures = try Self.pictures()
    try dump(pictures)
    var detector = FaceDetector(try FacePictures.networks())
    var worst: Float = 0
    for (name, picture) in pictures {
      let faces = detector.detect(in: picture)
      let expected = Self.goldens.filter { $0.picture == name }
      #expect(faces.count == expected.count, "\(name)")
      for golden in expected {
        let distances = faces.map { Self.distance($0, golden) }
        let nearest = try #require(distances.min(), "\(name)")
        worst = max(worst, nearest)
      }
    }
    #expect(Self.goldens.count >= 14 + 9 + 16)
    // f32 sums in another order move a landmark by 1e-4 px at most; half a pixel is the promise.
    #expect(worst < 0.01, "\(worst) px")
  }

  /// The largest difference of an edge or a landmark in pixels; a score counts a hundredfold.
  private static func distance(_ face: DetectedFace, _ golden: Golden) -> Float {
    let box = [face.box.left, face.box.top, face.box.right, face.box.bottom]
    let values = box + face.landmarks.flatMap { [$0.x, $0.y] }
    let places = zip(values, golden.places).map { abs($0 - $1) }.max() ?? .infinity
    return max(places, abs(face.score - golden.score) * 100)
  }

  @Test func aPictureWithoutAFaceHasNone() throws {
    var detector = FaceDetector(try FacePictures.networks())
    for value: UInt8 in [0, 128, 255] {
      #expect(detector.detect(in: .plain(320, 240, value: value)).isEmpty)
    }
  }

  @Test(arguments: [(1, 1), (5, 400), (400, 5), (23, 23), (24, 24)])
  func anySizeIsLookedAt(_ width: Int, _ height: Int) throws {
    var detector = FaceDetector(try FacePictures.networks())
    #expect(detector.detect(in: .plain(width, height)).isEmpty)
  }
}
