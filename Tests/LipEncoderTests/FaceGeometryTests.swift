import Foundation
import Testing

@testable import LipEncoder

/// From landmarks to the square around the mouth.
@Suite struct FaceGeometryTests {
  /// A face looking straight ahead, turned by `degrees`: eyes 40 apart, the mouth 50 below them.
  private func landmarks(turned degrees: Double, nose: Double = 0) -> [Point] {
    let (c, s) = (cos(degrees / 180 * .pi), sin(degrees / 180 * .pi))
    return [(-20.0, 0.0), (20, 0), (nose, 30), (-15, 50), (15, 50)].map { x, y in
      Point(x: Float(100 + c * x - s * y), y: Float(80 + s * x + c * y))
    }
  }

  @Test(arguments: [0.0, 17, -40, 90, 180])
  func theEyesAreLevelled(_ degrees: Double) throws {
    let geometry = try #require(FaceGeometry(landmarks(turned: degrees)))
    let radians = Float(degrees / 180 * .pi)
    #expect(abs(geometry.across.x - cos(radians)) < 1e-5)
    #expect(abs(geometry.across.y - sin(radians)) < 1e-5)
    #expect(abs(geometry.eyeDistance - 40) < 1e-4 && abs(geometry.faceLength - 50) < 1e-4)
    #expect(abs(geometry.yaw) < 1e-5)
    let square = geometry.mouthSquare
    #expect(abs(square.side - 62.5) < 1e-4)
    #expect(abs(square.centre.x - (100 - sin(radians) * 50)) < 1e-3)
    #expect(abs(square.centre.y - (80 + cos(radians) * 50)) < 1e-3)
  }

  @Test(arguments: [0.0, 30, -60])
  func yawIsThatOfTheLevelledFace(_ degrees: Double) throws {
    let right = try #require(FaceGeometry(landmarks(turned: degrees, nose: 10)))
    #expect(abs(right.yaw - 0.25) < 1e-5)
    let left = try #require(FaceGeometry(landmarks(turned: degrees, nose: -20)))
    #expect(abs(left.yaw + 0.5) < 1e-5)
  }

  @Test func landmarksInOnePlaceShowNoFace() {
    #expect(FaceGeometry(Array(repeating: Point(x: 5, y: 5), count: 5)) == nil)
    let profile = [(0, 0), (0, 0), (10, 20), (0, 50), (0, 50)].map { Point(x: $0, y: $1) }
    #expect(FaceGeometry(profile) == nil)
    let wild = (0..<5).map { Point(x: $0 == 0 ? .infinity : 1, y: .nan) }
    #expect(FaceGeometry(wild) == nil)
  }

  @Test func sharpnessIsTheLaplaciansSpread() {
    let side = LipFrame.side
    #expect(LipQuality.sharpness(of: Array(repeating: 77, count: side * side)) == 0)
    // A chequerboard of 100 and 110: the Laplacian is 40 or -40 everywhere, its variance 1600.
    let board = (0..<side * side).map { UInt8(($0 / side + $0 % side) % 2 == 0 ? 100 : 110) }
    #expect(abs(LipQuality.sharpness(of: board) - log1p(1600) / 8) < 1e-4)
    // A ramp has no second derivative.
    let ramp = (0..<side * side).map { UInt8($0 % side + $0 / side) }
    #expect(LipQuality.sharpness(of: ramp) == 0)
  }
}
