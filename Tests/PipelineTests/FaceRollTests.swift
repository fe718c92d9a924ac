import LipEncoder
import Testing

@testable import Pipeline

@Suite struct FaceRollTests {
  private func place(_ x: Float, _ y: Float, size: Float = 40) -> FacePlace {
    FacePlace(mouth: Point(x: x, y: y), size: size)
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
