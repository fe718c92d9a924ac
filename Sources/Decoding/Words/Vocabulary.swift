/// What a model's tokens write: pieces of UTF-8, a space as 0x20, nothing for control tokens.
///
/// Whatever a family calls a space in its own files is gone once they are loaded.
package struct Vocabulary: Sendable {
  /// All pieces, one after the other.
  private let bytes: [UInt8]
  /// Where each token's piece lies in `bytes`.
  private let places: [Range<Int>]

  /// A vocabulary of `places.count` tokens, each of which writes a part of `bytes`.
  package init(bytes: [UInt8], places: [Range<Int>]) {
    precondition(places.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= bytes.count })
    self.bytes = bytes
    self.places = places
  }

  /// A vocabulary of these pieces.
  package init(pieces: [[UInt8]]) {
    var (bytes, places): ([UInt8], [Range<Int>]) = ([], [])
    for piece in pieces {
      places.append(bytes.count..<bytes.count + piece.count)
      bytes += piece
    }
    self.init(bytes: bytes, places: places)
  }

  /// Number of tokens.
  package var count: Int { places.count }

  /// Bytes that `token` writes; none for control tokens such as the end of a sequence.
  package func bytes(of token: Int32) -> ArraySlice<UInt8> {
    guard places.indices.contains(Int(token)) else { return [] }
    return bytes[places[Int(token)]]
  }

  /// True when a word begins at `token`: its piece starts with a space.
  package func startsWord(_ token: Int32) -> Bool { bytes(of: token).first == 0x20 }

  /// The text of `tokens` without spaces around it; bytes that are no UTF-8 are replaced by U+FFFD.
  package func text(_ tokens: some Sequence<Int32>) -> String {
    var text: [UInt8] = []
    for token in tokens { text += bytes(of: token) }
    let start = text.firstIndex { $0 != 0x20 } ?? text.endIndex
    let end = (text.lastIndex { $0 != 0x20 } ?? start - 1) + 1
    return String(decoding: text[start..<end], as: UTF8.self)
  }
}
