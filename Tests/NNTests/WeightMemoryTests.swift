import Testing

@testable import NN

@Suite("Weight memory")
struct WeightMemoryTests {
  /// Sizes that share chunks, that end one, and that need one of their own.
  @Test
  func piecesAreApartAlignedAndZero() {
    let sizes = [0, 1, 63, 64, 65, 3_000_000, 5_000_000, 20_000_000, 100]
    let pieces = sizes.map { WeightMemory(bytes: $0) }
    for (index, size) in sizes.enumerated() {
      let bytes = UnsafeMutableRawBufferPointer(start: pieces[index].base, count: size)
      #expect(UInt(bitPattern: pieces[index].base) % 64 == 0)
      #expect(bytes.allSatisfy { $0 == 0 })
      bytes.initializeMemory(as: UInt8.self, repeating: UInt8(index + 1))
    }
    for (index, size) in sizes.enumerated() {
      let bytes = UnsafeRawBufferPointer(start: pieces[index].base, count: size)
      #expect(bytes.allSatisfy { $0 == UInt8(index + 1) })
    }
  }

  @Test
  func aPieceOutlivesThoseBesideIt() {
    var pieces = (0..<200).map { _ in WeightMemory(bytes: 100_000) }
    let kept = pieces[7]
    kept.base.storeBytes(of: 42, as: Int.self)
    pieces = []
    let others = (0..<200).map { _ in WeightMemory(bytes: 100_000) }
    for other in others { other.base.storeBytes(of: 1, as: Int.self) }
    #expect(kept.base.load(as: Int.self) == 42)
  }
}
