/// The decoding half of a SentencePiece tokenizer, read from Moonshine's `tokenizer.bin`: one
/// entry per token, a length byte (or two: `128 + low`, `high`) and that many bytes of UTF-8.
package struct Tokenizer: Sendable {
  /// Why a tokenizer file cannot be used.
  package enum Fault: Error, Sendable, Hashable {
    /// The file ends inside entry `token`.
    case truncated(token: Int)
    /// The file has `found` entries where the model needs `expected`.
    case count(expected: Int, found: Int)
  }

  /// U+2581, which stands for a space before a word.
  static let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]
  private let file: [UInt8]
  /// Where each token's bytes lie in the file.
  private let places: [Range<Int>]

  /// Reads the entries of `bytes`, `count` of them.
  package init(bytes: [UInt8], count: Int) throws(Fault) {
    var places: [Range<Int>] = []
    places.reserveCapacity(count)
    var offset = 0
    while offset < bytes.count {
      var length = Int(bytes[offset])
      offset += 1
      if length >= 128 {
        guard offset < bytes.count else { throw .truncated(token: places.count) }
        length = Int(bytes[offset]) * 128 + length - 128
        offset += 1
      }
      guard offset + length <= bytes.count else { throw .truncated(token: places.count) }
      places.append(offset..<offset + length)
      offset += length
    }
    guard places.count == count else { throw .count(expected: count, found: places.count) }
    file = bytes
    self.places = places
  }

  /// Number of tokens.
  package var count: Int { places.count }

  /// Bytes that `token` stands for, spaces as U+2581; none for control tokens such as `</s>`.
  package func bytes(of token: Int32) -> ArraySlice<UInt8> {
    guard places.indices.contains(Int(token)) else { return [] }
    let piece = file[places[Int(token)]]
    let isControl = piece.count > 2 && piece.first == 0x3C && piece.last == 0x3E
    return isControl ? [] : piece
  }

  /// True when a word begins at `token`: its piece starts with the space mark.
  package func startsWord(_ token: Int32) -> Bool {
    bytes(of: token).starts(with: Self.spaceMark)
  }

  /// The text of `tokens`, trimmed; bytes that are no UTF-8 are replaced by U+FFFD.
  package func text(_ tokens: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    for token in tokens { bytes += self.bytes(of: token) }
    var spaced: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: Self.spaceMark) {
        spaced.append(0x20)
        index += Self.spaceMark.count
      } else {
        spaced.append(bytes[index])
        index += 1
      }
    }
    let start = spaced.firstIndex { $0 != 0x20 } ?? spaced.endIndex
    let end = (spaced.lastIndex { $0 != 0x20 } ?? start - 1) + 1
    return String(decoding: spaced[start..<end], as: UTF8.self)
  }
}
