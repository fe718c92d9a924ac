import Foundation

/// The random numbers of a noise. Everything drawn is defined here and in `Xoshiro256`, so that a
/// seed gives the same bytes with every release of Swift.
struct NoiseRandom {
  private var generator: Xoshiro256

  /// Numbers of their own for every (seed, utterance, noise); neither the signal-to-noise ratio nor
  /// the mode enters, so that all compared conditions hear the same noise.
  init(seed: UInt64, utterance: String, noise: String) {
    // FNV-1a over the seed, the texts and an end mark after each.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let bytes = withUnsafeBytes(of: seed.littleEndian) { Array($0) }
    for byte in bytes + Array(utterance.utf8) + [0xff] + Array(noise.utf8) + [0xff] {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    generator = Xoshiro256(seed: hash)
  }

  mutating func next() -> UInt64 { generator.next() }

  /// A whole number from 0 to `bound - 1`; 0 where the bound is less than 2.
  mutating func below(_ bound: Int) -> Int {
    bound > 1 ? generator.index(below: bound) : 0
  }

  /// In some order, each as likely (Fisher and Yates).
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for index in elements.indices.dropFirst().reversed() {
      elements.swapAt(index, below(index + 1))
    }
    return elements
  }

  /// Two normally distributed numbers of variance 1 (Box and Muller).
  mutating func gaussians() -> (Double, Double) {
    // Between 0 and 1, neither included.
    let first = (Double(next() >> 12) + 0.5) * 0x1p-52
    let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
    let radius = (-2 * log(first)).squareRoot()
    return (radius * cos(angle), radius * sin(angle))
  }
}
