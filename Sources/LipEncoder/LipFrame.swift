import Glibc

/// The mouth of one face at one moment, as the lip encoder sees it.
package struct LipFrame: Sendable, Hashable {
  /// Values along a side of the crop.
  package static let side = 80

  /// Place on the grid: the frame is at `index / 25` seconds.
  package let index: Int
  /// The face's track, from 1.
  package let track: Int
  /// Grey values in reading order, `[80, 80]`.
  package let crop: [UInt8]
  package let quality: LipQuality
  /// The mouth's middle in pixels of the picture.
  package let mouth: Point
  /// How the face looks on the whole; nil where nobody has looked at it yet.
  package var appearance: Appearance?

  /// The same frame with another crop, and the sharpness of that.
  package func replacing(crop: [UInt8]) -> LipFrame {
    var quality = quality
    quality.sharpness = LipQuality.sharpness(of: crop)
    return LipFrame(
      index: index, track: track, crop: crop, quality: quality, mouth: mouth,
      appearance: appearance)
  }

  /// What stands for a moment at which a track's face is not there.
  package static let absentCrop = [UInt8](repeating: 128, count: side * side)
}

/// How well a face could be seen, all values about 0...1.
package struct LipQuality: Sendable, Hashable {
  /// Distance of the eyes: pixels / 64, at most 2.
  package var size: Float = 0
  /// `log(1 + variance of the crop's Laplacian) / 8`.
  package var sharpness: Float = 0
  /// How far the nose is to the right of the eyes' middle, in eye distances.
  package var yaw: Float = 0
  /// The detector's last score.
  package var confidence: Float = 0
  /// Seconds since the picture of the face last changed, at most 1.
  package var stillness: Float = 0
  /// 1 where there is a face.
  package var presence: Float = 0

  /// The quality where no face is.
  package static let absent = LipQuality()
  package static let count = 6

  package init() {}

  /// In the order of the network's input.
  package var values: [Float] { [size, sharpness, yaw, confidence, stillness, presence] }

  /// `log(1 + variance) / 8` of the Laplacian (four neighbours less four times the middle) inside
  /// a crop.
  static func sharpness(of crop: [UInt8]) -> Float {
    let side = LipFrame.side
    precondition(crop.count == side * side)
    var (sum, squares) = (0, 0)
    crop.withUnsafeBufferPointer { crop in
      for y in 1..<side - 1 {
        for x in 1..<side - 1 {
          let place = y * side + x
          let around =
            Int(crop[place - 1]) + Int(crop[place + 1]) + Int(crop[place - side])
            + Int(crop[place + side])
          let value = around - 4 * Int(crop[place])
          sum += value
          squares += value * value
        }
      }
    }
    let count = Float((side - 2) * (side - 2))
    let mean = Float(sum) / count
    return log1p(max(0, Float(squares) / count - mean * mean)) / 8
  }
}
