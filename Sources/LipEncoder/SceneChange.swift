/// Watches how much of the picture changes from one to the next, on a grid of cells.
struct SceneChange {
  private static let (columns, rows) = (32, 24)
  /// Pixels looked at across and down of a cell.
  private static let samples = 4
  /// Grey values by which a changed cell differs.
  private static let change = 24

  /// Shares of changed cells from which on tiles may have moved, and from which on it is a cut.
  static let disturbance: Float = 0.02
  static let cut: Float = 0.5

  private var last: [Int] = []

  /// The share of cells that have changed since the last picture; 1 for the first.
  mutating func share(of picture: Picture) -> Float {
    let cells = Self.cells(of: picture)
    defer { last = cells }
    guard last.count == cells.count else { return 1 }
    let changed = zip(cells, last).count { abs($0 - $1) > Self.change }
    return Float(changed) / Float(cells.count)
  }

  /// Mean of green in each cell, of a few pixels.
  private static func cells(of picture: Picture) -> [Int] {
    let (across, down) = (columns * samples, rows * samples)
    return picture.bytes.withUnsafeBufferPointer { bytes in
      var sums = [Int](repeating: 0, count: columns * rows)
      for j in 0..<down {
        let row = (2 * j + 1) * picture.height / (2 * down) * picture.width
        for i in 0..<across {
          let pixel = row + (2 * i + 1) * picture.width / (2 * across)
          sums[j / samples * columns + i / samples] += Int(bytes[pixel * 3 + 1])
        }
      }
      return sums.map { $0 / (samples * samples) }
    }
  }
}

extension Picture {
  /// The mean difference of grey values between two pictures within a box, on a grid of pixels; nil
  /// when the pictures differ in size or the box lies outside.
  func difference(from other: Picture, within box: FaceBox) -> Float? {
    guard width == other.width, height == other.height,
      let region = box.region(width: width, height: height)
    else { return nil }
    let side = 32
    var sum = 0
    for j in 0..<side {
      let y = region.rows.lowerBound + (2 * j + 1) * region.rows.count / (2 * side)
      for i in 0..<side {
        let x = region.columns.lowerBound + (2 * i + 1) * region.columns.count / (2 * side)
        let place = (y * width + x) * 3 + 1
        sum += abs(Int(bytes[place]) - Int(other.bytes[place]))
      }
    }
    return Float(sum) / Float(side * side)
  }
}
