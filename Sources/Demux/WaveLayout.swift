/// Where the samples of a RIFF WAVE file lie, by its chunks and by how long the file is.
///
/// Its header tells the length of the samples in 32 bits. Programs that write to a pipe put a great
/// number or 0 there; recorders that crash leave what it was at their last update; sizes above
/// 4 GiB wrap around. The samples then go on to the end of the file.
struct WaveLayout {
  /// Offset of the first sample.
  let start: Int64
  /// Bytes of samples that the header declares.
  let declared: Int64
  /// Bytes of samples that there are.
  let available: Int64

  /// Nil for a file of another format and one without samples chunk.
  init?(of file: borrowing InputFile) {
    guard let size = file.size else { return nil }
    let header = file.bytes(at: 0, count: 12)
    guard header.starts(with: "RIFF".utf8), header.count == 12,
      header[8..<12].elementsEqual("WAVE".utf8),
      let chunk = WaveLayout.chunk("data", in: file, from: 12, to: size)
    else { return nil }
    start = chunk.start
    declared = chunk.length
    let rest = size - chunk.start
    let end = chunk.start + chunk.length
    if chunk.length >= rest || !WaveLayout.isTail(file, from: end, to: size) {
      available = rest
    } else {
      available = chunk.length
    }
  }

  /// The declared length is what programs write that cannot go back to the header.
  var isOpenEnded: Bool { WaveLayout.isOpenEnded(declared) }

  /// A length that stands for "until the end": 0, or what 31 or 32 bits hold at most, rounded.
  static func isOpenEnded(_ length: Int64) -> Bool {
    length == 0 || (0x7FFF_F000...0x8000_1000).contains(length) || length >= 0xFFFF_F000
  }

  /// What libavformat is to see in place of a length that is wrong.
  var patches: [ByteStream.Patch] {
    guard available > declared || isOpenEnded, available > 0 else { return [] }
    // To libavformat 0 is "until the end".
    let length = UInt32(exactly: available).flatMap { $0 < 0xFFFF_F000 ? $0 : nil } ?? 0
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return [ByteStream.Patch(offset: start - 4, bytes: bytes)]
  }

  private static let mostChunks = 1_000
  /// What follows the samples and is no chunk is a tag of another format up to this length.
  private static let longestTail: Int64 = 1_024

  /// The first chunk with a name.
  private static func chunk(
    _ name: String, in file: borrowing InputFile, from offset: Int64, to end: Int64
  ) -> (start: Int64, length: Int64)? {
    var offset = offset
    for _ in 0..<mostChunks where offset + 8 <= end {
      let header = file.bytes(at: offset, count: 8)
      guard header.count == 8 else { return nil }
      let length = bigEndian(header[4..<8].reversed())
      if header[0..<4].elementsEqual(name.utf8) { return (offset + 8, length) }
      offset += 8 + length + length % 2
    }
    return nil
  }

  /// What lies between the declared end and the end of the file is chunks, or a short tag.
  private static func isTail(
    _ file: borrowing InputFile, from end: Int64, to size: Int64
  ) -> Bool {
    if size - end <= longestTail { return true }
    let next = end + end % 2
    let header = file.bytes(at: next, count: 8)
    return header.prefix(4).allSatisfy { (0x20..<0x7F).contains($0) }
      && next + 8 + bigEndian(header.suffix(4).reversed()) <= size + 1
  }
}
