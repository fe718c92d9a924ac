/// Puts words into tokens as a vocabulary made by byte-pair encoding does (Sennrich et al. 2016): the
/// neighbours that were merged first are merged first, which is the order of their tokens in the vocabularies
/// of GPT-2 and of SentencePiece.
package struct Tokenizer: Sendable {
  private let vocabulary: Vocabulary
  private var tokens: [ArraySlice<UInt8>: Int32] = [:]

  /// A tokenizer of `vocabulary`; making it takes some milliseconds. Of tokens with equal bytes (a letter's
  /// own and the one that stands for its byte) the last one counts, which is the letter's own.
  package init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    tokens.reserveCapacity(vocabulary.count)
    for token in 0..<Int32(vocabulary.count) {
      let piece = vocabulary.bytes(of: token)
      if !piece.isEmpty { tokens[piece] = token }
    }
  }

  /// The tokens of a word, with a space before it where `hasSpace` says so; empty where there is a byte that no
  /// token writes.
  package func tokens(of word: String, hasSpace: Bool) -> [Int32] {
    let bytes = (hasSpace ? [0x20] : []) + Array(word.utf8)
    var ends = letterEnds(bytes)
    while let next = bestMerge(bytes, ends) { ends.remove(at: next) }
    var written: [Int32] = []
    var start = 0
    for end in ends {
      guard let token = tokens[bytes[start..<end]] else { return [] }
      written.append(token)
      start = end
    }
    return written
  }

  /// Where the pieces end that are there before anything is merged: letters that have a token, else bytes.
  private func letterEnds(_ bytes: [UInt8]) -> [Int] {
    var ends: [Int] = []
    var start = 0
    while start < bytes.count {
      var end = start + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      ends += tokens[bytes[start..<end]] == nil ? Array(start + 1...end) : [end]
      start = end
    }
    return ends
  }

  /// The piece that is best merged with the one behind it; nil where nothing can be merged.
  private func bestMerge(_ bytes: [UInt8], _ ends: [Int]) -> Int? {
    var best: (token: Int32, piece: Int)?
    var start = 0
    for piece in ends.indices.dropLast() {
      if let token = tokens[bytes[start..<ends[piece + 1]]], token < best?.token ?? .max {
        best = (token, piece)
      }
      start = ends[piece]
    }
    return best?.piece
  }
}
