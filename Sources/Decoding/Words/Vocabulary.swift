/// What a model's tokens write: pieces of UTF-8, a space as 0x20, nothing for control tokens.
///
/// Whatever a family calls a space in its own files nobody sees who asks what a token writes.
package struct Vocabulary: Sendable {
  /// All pieces, one after the other.
  private let bytes: [UInt8]
  /// Where each token's piece lies in `bytes`.
  private let places: [Range<Int>]
  /// What stands in `bytes` for a space.
  private let space: [UInt8]

  /// A vocabulary of `places.count` tokens, each of which writes a part of `bytes`, in which `space` stands
  /// for a space and what is in angle brackets, such as `</s>`, for nothing. That is put right when a piece is
  /// asked for: a run asks for a few hundred of the thousands that there are.
  package init(bytes: [UInt8], places: [Range<Int>], space: [UInt8]) {
    precondition(!space.isEmpty)
    self.bytes = bytes
    self.places = places
    self.space = space
  }

  /// Number of tokens.
  package var count: Int { places.count }

  /// Bytes that `token` writes; none for control tokens such as the end of a sequence.
  package func bytes(of token: Int32) -> ArraySlice<UInt8> {
    var rest = piece(of: token)
    guard space != [0x20], rest.contains(space[0]) else { return rest }
    var written: ArraySlice<UInt8> = []
    while let first = rest.first {
      let isSpace = rest.starts(with: space)
      written.append(isSpace ? 0x20 : first)
      rest = rest.dropFirst(isSpace ? space.count : 1)
    }
    return written
  }

  /// True when a word begins at `token`: its piece starts with a space.
  package func startsWord(_ token: Int32) -> Bool { piece(of: token).starts(with: space) }

  /// As it stands in the file; nothing for control tokens.
  private func piece(of token: Int32) -> ArraySlice<UInt8> {
    guard places.indices.contains(Int(token)) else { return [] }
    let piece = bytes[places[Int(token)]]
    let isControl = piece.count > 2 && piece.first == 0x3C && piece.last == 0x3E
    return isControl ? [] : piece
  }

  /// The text of `tokens` without spaces around it; bytes that are no UTF-8 are replaced by U+FFFD.
  package func text(_ tokens: some Sequence<Int32>) -> String {
    var text: [UInt8] = []
    for token in tokens { text += bytes(of: token) }
    let start = text.firstIndex { $0 != 0x20 } ?? text.endIndex
    let end = (text.lastIndex { $0 != 0x20 } ?? start - 1) + 1
    return String(decoding: text[start..<end], as: UTF8.self)
  }
}
