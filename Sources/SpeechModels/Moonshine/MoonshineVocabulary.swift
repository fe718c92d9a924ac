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
      places.append(offset..<offset + length)
      offset += length
    }
    guard places.count == count else { throw .count(expected: count, found: places.count) }
    let bytes = [UInt8](unsafeUninitializedCapacity: file.count) { bytes, used in
      file.withUnsafeBufferPointer { file in
        for token in places.indices {
          let start = used
          used = write(UnsafeBufferPointer(rebasing: file[places[token]]), to: bytes, at: start)
          places[token] = start..<used
        }
      }
    }
    return Vocabulary(bytes: bytes, places: places)
  }

  /// Puts what `piece` writes into `bytes` from `start` on, which is never longer; returns its end.
  private static func write(
    _ piece: UnsafeBufferPointer<UInt8>, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) -> Int {
    let isControl = piece.count > 2 && piece.first == 0x3C && piece.last == 0x3E
    guard !isControl else { return start }
    var (index, end) = (0, start)
    while index < piece.count {
      let isSpace =
        piece[index] == 0xE2 && index + 2 < piece.count && piece[index + 1] == 0x96
        && piece[index + 2] == 0x81
      bytes[end] = isSpace ? 0x20 : piece[index]
      index += isSpace ? 3 : 1
      end += 1
    }
    return end
  }
}
