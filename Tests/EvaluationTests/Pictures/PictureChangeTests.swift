import LipEncoder
import Pipeline
import Testing

@testable import Evaluation

@Suite struct PictureChangeTests {
  /// A picture of 36 x 24 with a bright square in the middle.
  private let picture: Picture = {
    var bytes = [UInt8](repeating: 20, count: 36 * 24 * 3)
    for y in 8..<16 { for x in 12..<24 { for c in 0..<3 { bytes[(y * 36 + x) * 3 + c] = 220 } } }
    return Picture(width: 36, height: 24, bytes: bytes)
  }()

  private func change(_ condition: PictureCondition, seed: UInt64 = 7) -> PictureChange {
    PictureChange(condition: condition, start: 10, seed: seed)
  }

  /// One look's filter; it must be there.
  private func filter(
    of made: (@Sendable () -> PictureSource.Filter)?
  ) throws -> PictureSource.Filter {
    let make = try #require(made)
    return make()
  }

  private func sum(_ picture: Picture) -> Int { picture.bytes.reduce(0) { $0 + Int($1) } }

  @Test func conditionsWithoutAChangeOfPicturesHaveNoFilter() {
    for condition in [PictureCondition.clean, .mismatch, .occlude, .off] {
      #expect(change(condition).filter == nil, "\(condition)")
    }
    #expect(change(.clean).mouthFilter == nil)
  }

  @Test func blurSpreadsLightAndKeepsItsAmount() throws {
    let changed = try filter(of: change(.blur).filter)
    let blurred = picture.blurred(reach: 2)
    #expect(changed(picture, 10) != nil)
    // Rounding moves each value by half at most, six times.
    #expect(abs(sum(blurred) - sum(picture)) < 36 * 24 * 3)
    let edge = (12 * 36 + 11) * 3
    #expect(blurred.bytes[edge] > 60 && blurred.bytes[edge] < 180)
    #expect(blurred.bytes[0] == 20)
  }

  @Test func lowResolutionMakesSquaresOfOneValue() {
    let coarse = picture.coarsened(by: 4)
    for y in 0..<24 {
      for x in 0..<36 {
        let first = ((y / 4 * 4) * 36 + x / 4 * 4) * 3
        #expect(coarse.bytes[(y * 36 + x) * 3] == coarse.bytes[first])
      }
    }
    #expect(sum(coarse) == sum(picture), "the square lies on the grid")
    #expect(picture.coarsened(by: 5).bytes.count == picture.bytes.count)
  }

  @Test func threePicturesInTenAreLostTheSameOnesEachTime() throws {
    let times = (0..<1_000).map { 10 + Double($0) / 25 }
    func kept(_ seed: UInt64) throws -> [Bool] {
      let changed = try filter(of: change(.drop30, seed: seed).filter)
      return times.map { changed(picture, $0) != nil }
    }
    let first = try kept(1)
    #expect(try kept(1) == first)
    #expect(try kept(2) != first)
    // Three standard deviations of a thousand draws.
    #expect(abs(first.count { !$0 } - 300) < 45)
  }

  @Test func aFrozenPictureStandsStillAfterHalfASecond() throws {
    let changed = try filter(of: change(.freeze).filter)
    let other = picture.coarsened(by: 4)
    #expect(changed(other, 10.2)?.bytes == other.bytes)
    #expect(changed(picture, 10.6)?.bytes == picture.bytes)
    #expect(changed(other, 12)?.bytes == picture.bytes)
    let again = try filter(of: change(.freeze).filter)
    #expect(again(other, 12)?.bytes == other.bytes, "each look begins anew")
  }

  @Test func anOccludedMouthIsCoveredAndTheRestIsNot() throws {
    let cover = try #require(change(.occlude).mouthFilter)
    let crop = (0..<80 * 80).map { UInt8($0 % 251) }
    let covered = cover(crop)
    #expect(covered[60 * 80 + 40] == covered[40 * 80 + 20])
    #expect(Array(covered[0..<80 * 30]) == Array(crop[0..<80 * 30]))
    #expect(zip(covered, crop).count { $0 != $1 } > 80 * 80 * 2 / 5)
  }
}
