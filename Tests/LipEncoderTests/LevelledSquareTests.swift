import Foundation
import Testing

@testable import LipEncoder

/// Crops of pictures whose every value is known.
@Suite struct LevelledSquareTests {
  /// A grey picture of `f(x, y)`.
  private func picture(_ width: Int, _ height: Int, _ value: (Int, Int) -> UInt8) -> Picture {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { bytes += Array(repeating: value(x, y), count: 3) }
    }
    return Picture(width: width, height: height, bytes: bytes)
  }

  /// On a plane of brightness every sampling that is linear gives the brightness at the cell's
  /// middle, whatever the angle and the number of samples.
  @Test(arguments: [(0.0, 60.0), (20, 60), (-35, 40), (0, 100), (10, 190), (15, 250), (90, 120)])
  func aPlaneIsSampledExactly(_ degrees: Double, _ side: Double) {
    let plane = picture(400, 400) { x, y in UInt8((x + 2 * y) / 8 + 20) }
    // The plane in steps of eight pixels: compared with its own values in between.
    let radians = degrees / 180 * .pi
    let across = Point(x: Float(cos(radians)), y: Float(sin(radians)))
    let square = LevelledSquare(
      centre: Point(x: 190.5, y: 201.25), across: across, side: Float(side))
    let size = 40
    let values = square.sampled(from: plane, size: size)
    for (u, v) in [(0, 0), (39, 0), (0, 39), (39, 39), (20, 20), (7, 31)] {
      let right = (Double(u) + 0.5) / Double(size) * side - side / 2
      let below = (Double(v) + 0.5) / Double(size) * side - side / 2
      let x = 190.5 + right * cos(radians) - below * sin(radians)
      let y = 201.25 + right * sin(radians) + below * cos(radians)
      // Rounding down to whole greys lies half a step below the plane, give or take half a step.
      let expected = (x + 2 * y) / 8 + 20 - 0.4375
      #expect(abs(Double(values[v * size + u]) - expected) < 0.6)
    }
  }

  @Test func pixelsHaveTheirCentresAtWholeNumbers() {
    let spot = picture(9, 9) { x, y in x == 4 && y == 5 ? 200 : 0 }
    let square = LevelledSquare(
      centre: Point(x: 4, y: 4), across: Point(x: 1, y: 0), side: 3)
    let values = square.sampled(from: spot, size: 3)
    #expect(values.enumerated().allSatisfy { abs($1 - ($0 == 7 ? 200 : 0)) < 1e-3 })
    let turned = LevelledSquare(
      centre: Point(x: 4, y: 4), across: Point(x: 0, y: 1), side: 3)
    // Right in the crop is down in the picture.
    #expect(abs(turned.sampled(from: spot, size: 3)[5] - 200) < 1e-3)
  }

  /// Squares with more pixels than samples ask for, and with fewer, go different ways to the same values.
  @Test(arguments: [0.0, 25, -70])
  func aPictureOfThriceTheSizeGivesTheSame(_ degrees: Double) {
    let radians = degrees / 180 * .pi
    let across = Point(x: Float(cos(radians)), y: Float(sin(radians)))
    // A plane, so that it does not matter where in a cell its samples lie.
    let small = picture(120, 120) { x, y in UInt8(x + y / 2) }
    let large = picture(358, 358) { x, y in UInt8((2 * x + y + 3) / 6) }
    let near = LevelledSquare(centre: Point(x: 55, y: 60), across: across, side: 40)
    let far = LevelledSquare(centre: Point(x: 165, y: 180), across: across, side: 120)
    let (a, b) = (near.sampled(from: small, size: 12), far.sampled(from: large, size: 12))
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1 })
  }

  @Test func lumaIsThatOfBT601() {
    let red = Picture(width: 2, height: 1, bytes: [200, 0, 0, 200, 0, 0])
    let mixed = Picture(width: 1, height: 2, bytes: [10, 100, 250, 10, 100, 250])
    let square = LevelledSquare(centre: Point(x: 0, y: 0), across: Point(x: 1, y: 0), side: 1)
    #expect(abs(square.sampled(from: red, size: 1)[0] - 59.8) < 1e-3)
    #expect(abs(square.sampled(from: mixed, size: 1)[0] - (2.99 + 58.7 + 28.5)) < 1e-3)
  }

  @Test func theEdgeGoesOnOutside() {
    let picture = picture(20, 20) { x, _ in x == 0 ? 100 : x == 19 ? 200 : 50 }
    for (x, value): (Float, Float) in [(-50, 100), (500, 200)] {
      let square = LevelledSquare(
        centre: Point(x: x, y: -300), across: Point(x: 1, y: 0), side: 30)
      #expect(square.sampled(from: picture, size: 10).allSatisfy { $0 == value })
    }
  }

  /// Stripes two pixels apart vanish where many of them fall into a cell.
  @Test func whatShrinksIsAveraged() {
    let stripes = picture(600, 600) { x, _ in x % 2 == 0 ? 0 : 200 }
    for (side, taps): (Float, Int) in [(200, 2), (250, 3)] {
      let square = LevelledSquare(
        centre: Point(x: 300.25, y: 300), across: Point(x: 1, y: 0), side: side)
      let values = square.sampled(from: stripes, size: 80)
      let spread = (values.max() ?? 0) - (values.min() ?? 0)
      #expect(spread < 200 / Float(taps) + 1)
    }
  }
}
