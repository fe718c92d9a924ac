import Support
import Testing

@Suite("Numbers from outside")
struct SaturatingTests {
  @Test(arguments: [
    (2.9, 2), (-2.9, -2), (0, 0), (1e30, Int.max), (-1e30, .min), (.infinity, .max),
    (-.infinity, .min), (.nan, 0), (9.3e18, .max), (9_007_199_254_740_993, 9_007_199_254_740_992),
  ])
  func aNumberIsTheNearestWholeOne(value: Double, whole: Int) {
    #expect(Int(saturating: value) == whole)
  }

  @Test func narrowTypesHaveTheirOwnEnds() {
    #expect(UInt8(saturating: 300.0) == 255)
    #expect(UInt8(saturating: -1.0) == 0)
    #expect(Int64(saturating: Float.greatestFiniteMagnitude) == .max)
  }

  @Test func sumsAndProductsStopAtTheEnds() {
    #expect(Int.max.saturatingSum(1) == .max)
    #expect(Int.min.saturatingSum(-1) == .min)
    #expect(Int.max.saturatingSum(-1) == .max - 1)
    #expect(Int.max.saturatingProduct(2) == .max)
    #expect(Int.max.saturatingProduct(-2) == .min)
    #expect((-3).saturatingProduct(4) == -12)
  }
}
