/// How many symbols of a reference and a hypothesis agree and differ; adds up over utterances.
package struct EditCounts: Sendable, Hashable, Codable {
  package var hits: Int
  package var substitutions: Int
  package var deletions: Int
  package var insertions: Int

  package init(hits: Int = 0, substitutions: Int = 0, deletions: Int = 0, insertions: Int = 0) {
    self.hits = hits
    self.substitutions = substitutions
    self.deletions = deletions
    self.insertions = insertions
  }

  /// Reads counts that were written; none is negative or larger than any evaluation's, so sums of them are
  /// numbers, too.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int {
      let count = try fields.decode(Int.self, forKey: key)
      guard 0...1 << 40 ~= count else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: fields, debugDescription: "no number of words")
      }
      return count
    }
    self.init(
      hits: try count(.hits), substitutions: try count(.substitutions),
      deletions: try count(.deletions), insertions: try count(.insertions))
  }

  package static let zero = EditCounts()

  package var errors: Int { substitutions + deletions + insertions }
  package var referenceLength: Int { hits + substitutions + deletions }
  package var hypothesisLength: Int { hits + substitutions + insertions }

  /// Errors for each symbol of the reference, 0.1 for one in ten; above 1 where more was inserted
  /// than said; nil for an empty reference.
  package var rate: Double? {
    referenceLength == 0 ? nil : Double(errors) / Double(referenceLength)
  }

  package static func + (left: EditCounts, right: EditCounts) -> EditCounts {
    EditCounts(
      hits: left.hits + right.hits,
      substitutions: left.substitutions + right.substitutions,
      deletions: left.deletions + right.deletions,
      insertions: left.insertions + right.insertions)
  }

  package static func += (left: inout EditCounts, right: EditCounts) {
    left = left + right
  }
}
