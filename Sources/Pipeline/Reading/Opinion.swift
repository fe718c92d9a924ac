import Support

/// What a second model made of a segment that the first was unsure of.
enum Opinion: String, Sendable, Hashable, Codable {
  /// The first model's words stay.
  case kept
  /// Words of the second model took the place of some or all of them.
  case replaced
}

/// How many segments a second model was asked about.
package struct OpinionUse: Sendable, Hashable, Codable {
  package var segments = 0
  /// Segments that it read too.
  package var asked = 0
  /// Segments some of whose words are its own.
  package var replaced = 0

  /// None.
  package init() {}

  package static func + (left: OpinionUse, right: OpinionUse) -> OpinionUse {
    var sum = left
    sum.segments = left.segments.saturatingSum(right.segments)
    sum.asked = left.asked.saturatingSum(right.asked)
    sum.replaced = left.replaced.saturatingSum(right.replaced)
    return sum
  }

  /// Takes in a segment; nil where nobody was asked.
  mutating func add(_ opinion: Opinion?) {
    segments += 1
    guard let opinion else { return }
    asked += 1
    if opinion == .replaced { replaced += 1 }
  }
}

/// What asking a second model about a recording came to.
package struct OpinionAccount: Sendable, Hashable {
  /// The second model's name.
  package let model: String
  package let use: OpinionUse
  /// It does not know the recording's language, or cannot translate, and was never asked.
  package let isUnable: Bool
}
