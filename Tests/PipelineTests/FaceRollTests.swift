import Fixtures
import Testing

@testable import LipEncoder
@testable import Pipeline

@Suite struct FaceRollTests {
  private func place(_ x: Float, _ y: Float, size: Float = 40) -> FacePlace {
    FacePlace(mouth: Point(x: x, y: y), size: size)
  }

  /// The look of a face of any pattern.
  private func look(_ seed: UInt64) throws -> Appearance {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<100 * 100 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let corners: [(Float, Float)] = [(40, 40), (60, 40), (50, 50), (42, 60), (58, 60)]
    let geometry = try #require(FaceGeometry(corners.map { Point(x: $0.0, y: $0.1) }))
    return Appearance(of: geometry, in: Picture(width: 100, height: 100, bytes: bytes))
  }

  @Test func aFaceThatLooksTheSameKeepsItsNumberElsewhere() throws {
    var roll = FaceRoll()
    var (left, right) = (place(100, 100), place(400, 100))
    (left.appearance, right.appearance) = (try look(1), try look(2))
    #expect(roll.number(left) == 1)
    #expect(roll.number(right) == 2)
    swap(&left.mouth, &right.mouth)
    #expect(roll.number(right) == 2 && roll.number(left) == 1, "the tiles were exchanged")
    left.size = 90
    #expect(roll.number(left) == 1, "in a larger tile")
  }

  @Test func anotherFaceInTheSamePlaceIsAnother() throws {
    var roll = FaceRoll()
    var (one, other) = (place(100, 100), place(100, 100))
    (one.appearance, other.appearance) = (try look(1), try look(2))
    #expect(roll.number(one) == 1)
    #expect(roll.number(other) == 2)
    #expect(roll.number(one) == 1)
  }

  @Test func aFaceThatMovesALittleKeepsItsNumber() {
    var roll = FaceRoll()
    #expect(roll.number(place(100, 100)) == 1)
    #expect(roll.number(place(400, 100)) == 2)
    #expect(roll.number(place(130, 110)) == 1)
    #expect(roll.number(place(180, 120, size: 44)) == 1, "nearer to where it was last")
    #expect(roll.number(place(390, 95)) == 2)
  }

  @Test func anotherPlaceOrSizeIsAnotherFace() {
    var roll = FaceRoll()
    #expect(roll.number(place(100, 100)) == 1)
    #expect(roll.number(place(100, 300)) == 2)
    #expect(roll.number(place(100, 100, size: 90)) == 3)
    #expect(roll.number(place(105, 100)) == 1)
  }

  @Test func theNearestOfSeveralIsTaken() {
    var roll = FaceRoll()
    _ = roll.number(place(100, 100))
    _ = roll.number(place(190, 100))
    #expect(roll.number(place(170, 100)) == 2)
    #expect(roll.number(place(120, 100)) == 1)
  }
}
