import Testing

@testable import Evaluation

@Suite struct GeneratorTests {
  /// From the authors' C source, started at 1, 2, 3, 4.
  @Test func drawsThePublishedNumbers() {
    var generator = Xoshiro256(state: (1, 2, 3, 4))
    let numbers = (0..<6).map { _ in generator.next() }
    #expect(
      numbers == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
        607_988_272_756_665_600,
      ])
  }

  /// 60,000 draws of 6: chi-square with 5 degrees of freedom is below 20.5 in 999 of 1000 cases.
  @Test func indicesAreEvenlyDrawn() {
    var generator = Xoshiro256(seed: 5)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[generator.index(below: 6)] += 1 }
    let chiSquare = counts.reduce(0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(chiSquare < 20.5)
    #expect((0..<100).allSatisfy { _ in generator.index(below: 1) == 0 })
  }

  @Test func quantilesAreInterpolated() {
    #expect(Quantile.of([], 0.5) == nil)
    #expect(Quantile.of([3], 0.975) == 3)
    #expect(Quantile.of([0, 10], 0.25) == 2.5)
    #expect(Quantile.of([1, 2, 3, 4], 0.5) == 2.5)
    #expect(Quantile.of([1, 2, 3, 4], 0) == 1 && Quantile.of([1, 2, 3, 4], 1) == 4)
  }
}
