import Testing

@testable import NN

@Suite struct HalfPrecisionTests {
  @Test func everyValueIsWidenedExactly() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = HalfPrecision.widen(bits)
      #expect(found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN))
    }
  }
}
