import Demux
import Fixtures
import Foundation
import LipEncoder
import ModelStore
import NN
import Testing

/// Real faces for the tests, from GRID; and what can be made of them.
enum FacePictures {
  /// Where the detector's weights are; nil when they are not installed.
  static let weights = try? InstalledModels.store.verifiedFile(
    model: KnownModel.mtcnn.name, file: "model.safetensors")
  /// True when there are real faces and a detector to find them.
  static let areThere = SharedData.grid != nil && weights != nil
  /// What a skipped test says.
  static let absence: Comment = "needs ../shared/data/grid and the model mtcnn"

  private struct Absent: Error {}

  static func networks() throws -> FaceDetectorNetworks {
    guard let weights else { throw Absent() }
    return FaceDetectorNetworks(
      try FaceDetectorWeights(scope: WeightScope(contentsOf: weights)))
  }

  /// Pictures of a clip ("s1/bbaf2n.mkv"), in order.
  static func clip(_ name: String) throws -> [Picture] {
    guard let url = SharedData.url("data/grid/" + name) else { throw Absent() }
    var demuxer = try Demuxer(
      path: url.path,
      options: DemuxOptions(audio: nil, video: VideoRequest(format: .rgb24)))
    var pictures: [Picture] = []
    while let item = try demuxer.next() {
      guard case .video(let frame) = item else { continue }
      pictures.append(Picture(width: frame.width, height: frame.height, bytes: frame.bytes))
    }
    return pictures
  }

  /// One clip of each speaker, and a second one of the first two.
  static let clips = [
    "s1/bbaf2n.mkv", "s1/lwir4p.mkv", "s2/pwij3p.mpg", "s2/swwp2s.mpg", "s3/sbia1a.mpg",
    "s4/lwbsza.mpg", "s22/lbbc2a.mpg",
  ]
}

extension Picture {
  /// A picture of one colour.
  static func plain(_ width: Int, _ height: Int, value: UInt8 = 90) -> Picture {
    Picture(
      width: width, height: height, bytes: Array(repeating: value, count: width * height * 3))
  }

  /// Every block of `factor x factor` pixels as its mean.
  func shrunk(by factor: Int) -> Picture {
    let (across, down) = (width / factor, height / factor)
    var result = [UInt8](repeating: 0, count: across * down * 3)
    for y in 0..<down {
      for x in 0..<across {
        for channel in 0..<3 {
          var sum = factor * factor / 2
          for j in 0..<factor {
            for i in 0..<factor {
              sum += Int(bytes[((y * factor + j) * width + x * factor + i) * 3 + channel])
            }
          }
          result[(y * across + x) * 3 + channel] = UInt8(sum / (factor * factor))
        }
      }
    }
    return Picture(width: across, height: down, bytes: result)
  }

  /// This picture with another one on it, whose upper left corner is at `x`, `y`; what does not fit
  /// is cut off.
  func with(_ other: Picture, x: Int, y: Int) -> Picture {
    var result = bytes
    for row in max(0, -y)..<max(0, -y, min(other.height, height - y)) {
      let columns = max(0, -x)..<max(0, -x, min(other.width, width - x))
      guard !columns.isEmpty else { continue }
      let source = (row * other.width + columns.lowerBound) * 3
      let target = ((y + row) * width + x + columns.lowerBound) * 3
      result.replaceSubrange(
        target..<target + columns.count * 3,
        with: other.bytes[source..<source + columns.count * 3])
    }
    return Picture(width: width, height: height, bytes: result)
  }

  /// Pictures side by side in rows of `columns`; all have the size of the first.
  static func gallery(_ tiles: [Picture], columns: Int) -> Picture {
    let rows = (tiles.count + columns - 1) / columns
    let (width, height) = (tiles[0].width, tiles[0].height)
    var result = Picture.plain(width * columns, height * rows, value: 40)
    for (place, tile) in tiles.enumerated() {
      result = result.with(tile, x: place % columns * width, y: place / columns * height)
    }
    return result
  }
}
