/// A box of an MP4 or QuickTime file (ISO/IEC 14496-12, section 4.2): a length, a kind of four
/// letters, and a payload that may hold further boxes.
struct Box {
  let kind: String
  /// Offset of the payload in the file.
  let payload: Int64
  /// Offset after the box, as its length says; it may lie beyond the end of the file.
  let end: Int64

  /// The boxes one after another from `offset` until `limit`, at most `most` of them. A box that
  /// reaches beyond the limit is the last.
  static func list(
    _ file: borrowing InputFile, from offset: Int64, to limit: Int64, most: Int
  ) -> [Box] {
    var boxes: [Box] = []
    var offset = offset
    while offset < limit, boxes.count < most, let box = Box(file, at: offset, limit: limit) {
      boxes.append(box)
      offset = box.end
    }
    return boxes
  }

  /// The boxes inside this one.
  func children(_ file: borrowing InputFile, limit: Int64) -> [Box] {
    Box.list(file, from: payload, to: min(end, limit), most: Box.mostChildren)
  }

  /// The box at an offset; nil where there is none.
  private init?(_ file: borrowing InputFile, at offset: Int64, limit: Int64) {
    let header = file.bytes(at: offset, count: 16)
    guard header.count >= 8 else { return nil }
    let name = header[4..<8]
    guard name.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0xA9 }) else { return nil }
    var length = bigEndian(header[0..<4])
    var headerLength: Int64 = 8
    if length == 1, header.count == 16 {
      length = bigEndian(header[8..<16])
      headerLength = 16
    }
    if length == 0 { length = limit - offset }  // "to the end of the file"
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard length >= headerLength, !overflow else { return nil }
    kind = String(decoding: name, as: UTF8.self)
    payload = offset + headerLength
    self.end = end
  }

  private static let mostChildren = 512
}

/// A number of at most eight bytes, the most significant first; its sign bit is dropped.
func bigEndian(_ bytes: some Sequence<UInt8>) -> Int64 {
  Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) & Int64.max
}
