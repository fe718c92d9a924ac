import Support
import Testing

@Suite("Numbers from outside")
struct SaturatingTests {
  static let numbers: [(value: Double, whole: Int)] = [
    (2.9, 2), (-2.9, -2), (0, 0), (1e30, .max), (-1e30, .min), (.infinity, .max),
    (-.infinity, .min), (.nan, 0), (9.3e18, .max), (1e15, 1_000_000_000_000_000),
  ]

  @Test(arguments: numbers)
  func aNumberIsTheNearestWholeOne(value: Double, whole: Int) {
    #expect(Int(saturating: value) == whole)
  }

  @Test func narrowTypesHaveTheirOwnEnds() {
    #expect(UInt8(saturating: 300.0) == 255)
    #expect(UInt8(saturating: -1.0) == 0)
    #expect(Int64(saturating: Float.greatestFiniteMagnitude) == .max)
  }

  @Test func sumsStopAtTheEnds() {
    #expect(Int.max.saturatingSum(1) == .max)
    #expect(Int.min.saturatingSum(-1) == .min)
    #expect(Int.max.saturatingSum(-1) == .max - 1)
  }
}
