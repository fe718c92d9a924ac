/// A rectangle in a picture by its left, upper, right and lower edge, in pixels.
package struct FaceBox: Sendable, Hashable {
  package var left: Float
  package var top: Float
  package var right: Float
  package var bottom: Float

  package init(left: Float, top: Float, right: Float, bottom: Float) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  package var width: Float { right - left }
  package var height: Float { bottom - top }
  package var centre: Point { Point(x: (left + right) / 2, y: (top + bottom) / 2) }

  /// The square of the longer side around the same centre.
  var squared: FaceBox {
    let side = max(width, height)
    let x = left + width * 0.5 - side * 0.5
    let y = top + height * 0.5 - side * 0.5
    return FaceBox(left: x, top: y, right: x + side, bottom: y + side)
  }

  /// The box in a picture that is so many times as wide and as high.
  func resized(_ x: Float, _ y: Float) -> FaceBox {
    FaceBox(left: left * x, top: top * y, right: right * x, bottom: bottom * y)
  }

  /// Each edge moved by a share of the box: left, upper, right, lower; `border` is added to the
  /// box's sides (the second and the third network count both border pixels).
  func moved(by shares: UnsafePointer<Float>, border: Float) -> FaceBox {
    let (across, tall) = (width + border, height + border)
    return FaceBox(
      left: left + shares[0] * across, top: top + shares[1] * tall,
      right: right + shares[2] * across, bottom: bottom + shares[3] * tall)
  }

  /// The pixels that the second and the third network see of a picture: the box counts from one.
  /// Nil when it lies outside.
  func region(width: Int, height: Int) -> PixelRegion? {
    let limit: Float = 1e6
    guard max(abs(left), abs(top), abs(right), abs(bottom)) < limit else { return nil }
    let (x, y) = (max(1, Int(left)) - 1, max(1, Int(top)) - 1)
    let (endX, endY) = (min(width, Int(right)), min(height, Int(bottom)))
    guard endX > x, endY > y else { return nil }
    return PixelRegion(columns: x..<endX, rows: y..<endY)
  }

  /// The share that two boxes have in common: of their union, or of the smaller one.
  func overlap(_ other: FaceBox, border: Float = 0, ofSmaller: Bool = false) -> Float {
    let across = min(right, other.right) - max(left, other.left) + border
    let tall = min(bottom, other.bottom) - max(top, other.top) + border
    guard across > 0, tall > 0 else { return 0 }
    let common = across * tall
    let first = (width + border) * (height + border)
    let second = (other.width + border) * (other.height + border)
    return common / (ofSmaller ? min(first, second) : first + second - common)
  }
}

/// A place in a picture; pixels have their centres at whole numbers.
package struct Point: Sendable, Hashable, Codable {
  package var x: Float
  package var y: Float

  package init(x: Float, y: Float) {
    self.x = x
    self.y = y
  }

  package static func + (left: Point, right: Point) -> Point {
    Point(x: left.x + right.x, y: left.y + right.y)
  }
  package static func - (left: Point, right: Point) -> Point {
    Point(x: left.x - right.x, y: left.y - right.y)
  }
  package static func * (point: Point, factor: Float) -> Point {
    Point(x: point.x * factor, y: point.y * factor)
  }

  /// Distance from the origin.
  package var length: Float { (x * x + y * y).squareRoot() }
}

/// Greedy suppression of boxes that overlap a better one by more than `limit`.
///
/// - Returns: the places of those that stay, best first.
func suppress(
  _ boxes: [(box: FaceBox, score: Float)], above limit: Float, border: Float = 0,
  ofSmaller: Bool = false
) -> [Int] {
  let order = boxes.indices.sorted { boxes[$0].score > boxes[$1].score }
  var kept: [Int] = []
  for index in order {
    let isCovered = kept.contains {
      boxes[$0].box.overlap(boxes[index].box, border: border, ofSmaller: ofSmaller) > limit
    }
    if !isCovered { kept.append(index) }
  }
  return kept
}
