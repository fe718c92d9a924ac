import Foundation

/// The random numbers of a noise: SplitMix64 (Steele, Lea and Flood 2014), with everything drawn from
/// it defined here, so that a seed gives the same bytes with every release of Swift.
struct NoiseRandom {
  private var state: UInt64

  /// Numbers of their own for every (seed, utterance, noise); neither the signal-to-noise ratio nor
  /// the mode enters, so that all compared conditions hear the same noise.
  init(seed: UInt64, utterance: String, noise: String) {
    state = seed
    for text in [utterance, noise] {
      // FNV-1a over the text and an end mark, stirred in.
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in Array(text.utf8) + [0xff] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      state = next() ^ hash
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A whole number from 0 to `bound - 1`; 0 where the bound is less than 2.
  mutating func below(_ bound: Int) -> Int {
    bound > 1 ? Int(next().multipliedFullWidth(by: UInt64(bound)).high) : 0
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
