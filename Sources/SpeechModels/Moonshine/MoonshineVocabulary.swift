import Decoding

/// Reads Moonshine's `tokenizer.bin`, the decoding half of a SentencePiece tokenizer: one entry per token,
/// a length byte (or two: `128 + low`, `high`) and that many bytes of UTF-8.
///
/// SentencePiece writes U+2581 for a space; here that becomes one. Control tokens, such as `</s>`, stand
/// in angle brackets; they become empty.
package enum MoonshineVocabulary {
  /// Why a tokenizer file cannot be used.
  package enum Fault: Error, Sendable, Hashable {
    /// The file ends inside entry `token`.
    case truncated(token: Int)
    /// The file has `found` entries where the model needs `expected`.
    case count(expected: Int, found: Int)
  }

  /// Reads the entries of `file`, `count` of them.
  package static func read(_ file: [UInt8], count: Int) throws(Fault) -> Vocabulary {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.count)
    var places: [Range<Int>] = []
    places.reserveCapacity(count)
    var offset = 0
    while offset < file.count {
      var length = Int(file[offset])
      offset += 1
      if length >= 128 {
        guard offset < file.count else { throw .truncated(token: places.count) }
        length = Int(file[offset]) * 128 + length - 128
        offset += 1
      }
      guard offset + length <= file.count else { throw .truncated(token: places.count) }
      let start = bytes.count
      append(file[offset..<offset + length], to: &bytes)
      places.append(start..<bytes.count)
      offset += length
    }
    guard places.count == count else { throw .count(expected: count, found: places.count) }
    return Vocabulary(bytes: bytes, places: places)
  }

  /// Appends what `piece` writes.
  private static func append(_ piece: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    let isControl = piece.count > 2 && piece.first == 0x3C && piece.last == 0x3E
    guard !isControl else { return }
    var index = piece.startIndex
    while index < piece.endIndex {
      let isSpace =
        piece[index] == 0xE2 && index + 2 < piece.endIndex && piece[index + 1] == 0x96
        && piece[index + 2] == 0x81
      bytes.append(isSpace ? 0x20 : piece[index])
      index += isSpace ? 3 : 1
    }
  }
}
