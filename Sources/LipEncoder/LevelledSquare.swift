import Glibc

/// A square in a picture whose upper side is parallel to the line of the eyes.
struct LevelledSquare: Hashable {
  let centre: Point
  /// Unit vector from the left to the right of the square.
  let across: Point
  /// Pixels along a side.
  let side: Float

  /// The square resized to `size x size` grey values 0...255 in reading order (luma of BT.601).
  ///
  /// Bilinear samples at the centres of the cells; where a cell is more than 2 pixels wide the mean
  /// of 2 x 2 samples, more than 3 of 3 x 3. What lies outside the picture continues its edge.
  func sampled(from picture: Picture, size: Int) -> [Float] {
    let cell = side / Float(size)
    let taps = cell <= 2 ? 1 : cell <= 3 ? 2 : 3
    let grid = SampleGrid(self, size: size, taps: taps)
    return picture.bytes.withUnsafeBufferPointer { bytes in
      let colours = ColourSource(bytes: bytes, width: picture.width, height: picture.height)
      let (columns, rows) = grid.reach(in: picture)
      // Each sample asks for four pixels: where the square has fewer, each is made grey once.
      guard columns.count * rows.count < 4 * grid.samples else { return grid.values(from: colours) }
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: columns.count * rows.count) {
        grid.values(from: GreySource(colours, columns, rows, $0))
      }
    }
  }
}

/// Where a square is sampled.
private struct SampleGrid {
  let size: Int
  let taps: Int
  /// The first sample, and the steps from one to the next across and down.
  private let origin: Point
  private let right: Point
  private let below: Point

  init(_ square: LevelledSquare, size: Int, taps: Int) {
    (self.size, self.taps) = (size, taps)
    let step = square.side / Float(size) / Float(taps)
    right = square.across * step
    below = Point(x: -square.across.y, y: square.across.x) * step
    let half = -0.5 * (Float(size * taps) - 1)
    origin = square.centre + right * half + below * half
  }

  var samples: Int { size * size * taps * taps }

  /// The pixels that samples lie between.
  func reach(in picture: Picture) -> (columns: Range<Int>, rows: Range<Int>) {
    let last = Float(size * taps - 1)
    let corners = [
      origin, origin + right * last, origin + below * last, origin + (right + below) * last,
    ]
    return (
      Self.reach(corners.map(\.x), of: picture.width),
      Self.reach(corners.map(\.y), of: picture.height)
    )
  }

  /// One pixel more on either side than the corners need, since places are rounded.
  private static func reach(_ places: [Float], of count: Int) -> Range<Int> {
    let last = Float(count - 1)
    let first = min(max((places.min() ?? 0) - 1, 0), last)
    let end = min(max((places.max() ?? 0) + 2, 0), last)
    return Int(first)..<Int(end) + 1
  }

  /// The mean of each cell's samples.
  func values(from source: some PixelSource) -> [Float] {
    let scale = 1 / Float(taps * taps)
    return [Float](unsafeUninitializedCapacity: size * size) { values, count in
      for v in 0..<size {
        for u in 0..<size {
          var sum: Float = 0
          for j in 0..<taps {
            for i in 0..<taps {
              let (a, b) = (Float(u &* taps &+ i), Float(v &* taps &+ j))
              sum += source.luma(
                x: origin.x + right.x * a + below.x * b, y: origin.y + right.y * a + below.y * b)
            }
          }
          values[v &* size &+ u] = sum * scale
        }
      }
      count = size * size
    }
  }
}

/// The pixels of a picture as grey values anywhere between them.
private protocol PixelSource {
  var width: Int { get }
  var height: Int { get }
  /// The grey value of a pixel.
  func pixel(_ x: Int, _ y: Int) -> Float
}

extension PixelSource {
  /// Bilinear between the four pixels around a place; the picture's edge goes on outside.
  @inline(__always)
  fileprivate func luma(x: Float, y: Float) -> Float {
    let x = min(max(x, 0), Float(width &- 1))
    let y = min(max(y, 0), Float(height &- 1))
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left &+ 1, width &- 1), min(top &+ 1, height &- 1))
    let (u, v) = (x - Float(left), y - Float(top))
    let upper = pixel(left, top) * (1 - u) + pixel(right, top) * u
    let lower = pixel(left, bottom) * (1 - u) + pixel(right, bottom) * u
    return upper * (1 - v) + lower * v
  }
}

/// Pixels that are made grey when they are asked for.
private struct ColourSource: PixelSource {
  let bytes: UnsafeBufferPointer<UInt8>
  let width: Int
  let height: Int

  @inline(__always)
  func pixel(_ x: Int, _ y: Int) -> Float {
    let place = (y &* width &+ x) &* 3
    return 0.299 * Float(bytes[place]) + 0.587 * Float(bytes[place &+ 1])
      + 0.114 * Float(bytes[place &+ 2])
  }
}

/// A part of a picture that was made grey.
private struct GreySource: PixelSource {
  let width: Int
  let height: Int
  private let values: UnsafeMutableBufferPointer<Float>
  private let columns: Range<Int>
  private let rows: Range<Int>

  /// Makes the pixels of `columns` and `rows` grey in `values`, which has room for them.
  init(
    _ source: ColourSource, _ columns: Range<Int>, _ rows: Range<Int>,
    _ values: UnsafeMutableBufferPointer<Float>
  ) {
    (width, height) = (source.width, source.height)
    (self.values, self.columns, self.rows) = (values, columns, rows)
    let count = columns.count
    for row in rows {
      let first = (row - rows.lowerBound) * count
      for column in 0..<count {
        values[first &+ column] = source.pixel(columns.lowerBound &+ column, row)
      }
    }
  }

  @inline(__always)
  func pixel(_ x: Int, _ y: Int) -> Float {
    values[(y &- rows.lowerBound) &* columns.count &+ (x &- columns.lowerBound)]
  }
}
