import Glibc

/// A square in a picture whose upper side is parallel to the line of the eyes.
struct LevelledSquare: Hashable {
  let centre: Point
  /// Unit vector from the left to the right of the square.
  let across: Point
  /// Pixels along a side.
  let side: Float

  /// Unit vector from the top to the bottom.
  private var down: Point { Point(x: -across.y, y: across.x) }

  /// The square resized to `size x size` grey values 0...255 in reading order (luma of BT.601).
  ///
  /// Bilinear samples at the centres of the cells; where a cell is more than 2 pixels wide the mean
  /// of 2 x 2 samples, more than 3 of 3 x 3. What lies outside the picture continues its edge.
  func sampled(from picture: Picture, size: Int) -> [Float] {
    let cell = side / Float(size)
    let taps = cell <= 2 ? 1 : cell <= 3 ? 2 : 3
    let step = cell / Float(taps)
    let right = across * step
    let below = down * step
    let half = -0.5 * (Float(size * taps) - 1)
    let origin = centre + right * half + below * half
    let scale = 1 / Float(taps * taps)
    return picture.bytes.withUnsafeBufferPointer { bytes in
      let source = LumaSource(bytes: bytes, width: picture.width, height: picture.height)
      return [Float](unsafeUninitializedCapacity: size * size) { values, count in
        for v in 0..<size {
          for u in 0..<size {
            var sum: Float = 0
            for j in 0..<taps {
              for i in 0..<taps {
                let (a, b) = (Float(u * taps + i), Float(v * taps + j))
                sum += source.luma(
                  x: origin.x + right.x * a + below.x * b, y: origin.y + right.y * a + below.y * b)
              }
            }
            values[v * size + u] = sum * scale
          }
        }
        count = size * size
      }
    }
  }
}

/// The pixels of a picture as grey values anywhere between them.
private struct LumaSource {
  let bytes: UnsafeBufferPointer<UInt8>
  let width: Int
  let height: Int

  /// Bilinear between the four pixels around a place; the picture's edge goes on outside.
  @inline(__always)
  func luma(x: Float, y: Float) -> Float {
    let x = min(max(x, 0), Float(width - 1))
    let y = min(max(y, 0), Float(height - 1))
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let (u, v) = (x - Float(left), y - Float(top))
    let upper = pixel(left, top) * (1 - u) + pixel(right, top) * u
    let lower = pixel(left, bottom) * (1 - u) + pixel(right, bottom) * u
    return upper * (1 - v) + lower * v
  }

  @inline(__always)
  private func pixel(_ x: Int, _ y: Int) -> Float {
    let place = (y * width + x) * 3
    return 0.299 * Float(bytes[place]) + 0.587 * Float(bytes[place + 1])
      + 0.114 * Float(bytes[place + 2])
  }
}
