/// What is looked for: words that follow one another.
package struct SearchQuery: Sendable, Hashable {
  /// One word of it.
  struct Term: Sendable, Hashable {
    var folded: [UInt8]
    /// Words that begin so count, too: it was written with an asterisk after it.
    var isPrefix: Bool
    /// Edits at most between it and what counts.
    var edits: Int
  }

  let terms: [Term]

  /// The query that a person wrote: words between white space, each with an asterisk after it if words that
  /// begin so count, too. With `isNear` near spellings count: one letter wrong, missing, too much or two
  /// exchanged in a word of four letters, two in one of eight.
  ///
  /// Nil where there is no letter in it.
  package init?(_ text: String, isNear: Bool = false) {
    var terms: [Term] = []
    for part in text.split(whereSeparator: \.isWhitespace) {
      let isPrefix = part.last == "*"
      let pieces = SearchPiece.pieces(String(part)).filter { !$0.folded.isEmpty }
      for (index, piece) in pieces.enumerated() {
        let folded = Array(piece.folded.utf8)
        terms.append(
          Term(
            folded: folded, isPrefix: isPrefix && index == pieces.count - 1,
            edits: isNear ? Self.edits(piece.folded.count) : 0))
      }
    }
    guard !terms.isEmpty, terms.count <= Self.most else { return nil }
    self.terms = terms
  }

  /// Words of a query at most.
  package static let most = 32

  private static func edits(_ letters: Int) -> Int {
    letters < 4 ? 0 : letters < 8 ? 1 : 2
  }
}

extension SearchQuery.Term {
  /// Whether a folded word is what is looked for.
  func matches(_ word: UnsafeRawBufferPointer) -> Bool {
    if word.count == folded.count || isPrefix && word.count > folded.count {
      if zip(word, folded).allSatisfy({ $0 == $1 }) { return true }
    }
    return edits > 0 && isNear(word)
  }

  /// At most `edits` letters changed, missing, too much, or exchanged with the next one (the optimal string
  /// alignment distance; Damerau, 1964), by bytes where both are ASCII and by letters else.
  private func isNear(_ word: UnsafeRawBufferPointer) -> Bool {
    let isPlain = folded.allSatisfy { $0 < 0x80 } && word.allSatisfy { $0 < 0x80 }
    if isPlain {
      guard abs(word.count - folded.count) <= edits else { return false }
      return Self.distance(folded, Array(word), most: edits) <= edits
    }
    let letters = Array(String(decoding: folded, as: UTF8.self))
    let others = Array(String(decoding: word, as: UTF8.self))
    guard abs(letters.count - others.count) <= edits else { return false }
    return Self.distance(letters, others, most: edits) <= edits
  }

  /// The distance, or something above `most`.
  static func distance<Letter: Equatable>(
    _ first: [Letter], _ second: [Letter], most: Int
  ) -> Int {
    var before = [Int](repeating: 0, count: second.count + 1)
    var last = Array(0...second.count)
    for row in first.indices {
      var next = [row + 1]
      next.reserveCapacity(second.count + 1)
      for column in second.indices {
        let isSame = first[row] == second[column]
        var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          cost = min(cost, before[column - 1] + 1)
        }
        next.append(cost)
      }
      if let least = next.min(), least > most { return least }
      (before, last) = (last, next)
    }
    return last.last ?? 0
  }
}
