/// Words written where nobody speaks; adds up over recordings whose reference is empty.
package struct HallucinationRate: Sendable, Hashable, Codable {
  package var words: Int
  /// How long the recordings are.
  package var seconds: Double

  package init(words: Int = 0, seconds: Double = 0) {
    self.words = words
    self.seconds = seconds
  }

  /// Nil for no time at all.
  package var perMinute: Double? { seconds > 0 ? Double(words) * 60 / seconds : nil }

  package static func + (left: HallucinationRate, right: HallucinationRate) -> HallucinationRate {
    HallucinationRate(words: left.words + right.words, seconds: left.seconds + right.seconds)
  }
}
