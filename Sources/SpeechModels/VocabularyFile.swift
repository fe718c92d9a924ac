import Decoding

/// Reads the file of a vocabulary: one entry per token, a length byte (or two: `128 + low`, `high`) and that
/// many bytes of UTF-8. `tokenizer.bin` of the usual model has this form, and other families are kept in it.
package enum VocabularyFile {
  /// Why a tokenizer file cannot be used.
  package enum Fault: Error, Sendable, Hashable {
    /// The file ends inside entry `token`.
    case truncated(token: Int)
    /// The file has `found` entries where the model needs `expected`.
    case count(expected: Int, found: Int)
  }

  /// Reads the entries of `file`, `count` of them, in which `space` stands for a space.
  package static func read(
    _ file: [UInt8], count: Int, space: [UInt8]
  ) throws(Fault) -> Vocabulary {
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
    return Vocabulary(bytes: file, places: places, space: space)
  }
}
