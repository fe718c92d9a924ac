/// Where the samples of an uncompressed recording lie, by its structure and by how long the file is.
///
/// A header tells the length of the samples. Programs that write to a pipe put a great number or 0
/// there; recorders that crash leave what it was at their last update; sizes above 4 GiB wrap around
/// in 32 bits. The samples then go on to the end of the file.
struct SampleExtent {
  /// Offset of the first byte that the declared length counts.
  let start: Int64
  /// Bytes that the header declares.
  let declared: Int64
  /// Bytes that there are.
  let available: Int64
  /// The declared length is what programs write that cannot go back to the header.
  let isOpenEnded: Bool
  private let format: ChunkFormat
  private let field: LengthField
  private let fileSize: Int64

  /// Nil for a file of another format and one without samples.
  init?(of file: borrowing InputFile) {
    guard let size = file.size, let format = ChunkFormat.of(file),
      let samples = format.samples(in: file, to: size)
    else { return nil }
    self.format = format
    (start, field, declared) = (samples.start, samples.length, samples.declared)
    fileSize = size
    let rest = max(0, size - start)
    let (end, overflow) = start.addingReportingOverflow(declared)
    isOpenEnded = field.isOpenEnded(declared)
    let isShort = !overflow && declared < rest && format.isTail(file, from: end, to: size)
    available = isShort ? declared : rest
  }

  /// A length in 32 bits that stands for "until the end": 0, or what 31 or 32 bits hold at most, rounded.
  static func isOpenEnded(_ length: Int64) -> Bool {
    length == 0 || (0x7FFF_F000...0x8000_1000).contains(length) || length >= 0xFFFF_F000
  }

  /// What libavformat is to see in place of lengths that are wrong.
  func patches(_ file: borrowing InputFile) -> [ByteStream.Patch] {
    guard available > declared || isOpenEnded, available > 0 else { return [] }
    switch format.kind {
    case .riff:
      // To libavformat 0 is "until the end". Chunks begin at even offsets: behind an odd length it would
      // look for one past the end.
      let even = available & ~1
      return [field.patch(even < 0xFFFF_F000 ? even : 0)]
    case .aiff:
      let whole = LengthField(offset: 4, bytes: 4, isBigEndian: true)
      guard fileSize < 0xFFFF_F000 else { return [] }
      return [whole.patch(fileSize - 8), field.patch(available)] + frames(file)
    case .au: return [field.patch(min(available, 0xFFFF_FFFF))]
    case .caf, .rf64, .wave64: return [field.patch(available)]
    }
  }

  /// The number of frames in the common chunk of AIFF, from which libavformat takes the length.
  private func frames(_ file: borrowing InputFile) -> [ByteStream.Patch] {
    guard let common = format.chunk("COMM", in: file, to: fileSize) else { return [] }
    let fields = file.bytes(at: common.start, count: 8)
    guard fields.count == 8 else { return [] }
    let bytes = bigEndian(fields[0..<2]) * ((bigEndian(fields[6..<8]) + 7) / 8)
    guard bytes > 0 else { return [] }
    let count = LengthField(offset: common.start + 2, bytes: 4, isBigEndian: true)
    return [count.patch(max(0, available - ChunkFormat.lengthBeforeSamples) / bytes)]
  }
}

/// A length as it stands in a file.
struct LengthField {
  let offset: Int64
  /// 4 or 8.
  let bytes: Int
  let isBigEndian: Bool
  /// What it counts beside the payload.
  var extra: Int64 = 0

  /// The payload's length that is written; nil where the file ends before.
  func read(_ file: borrowing InputFile) -> Int64? {
    let written = file.bytes(at: offset, count: bytes)
    guard written.count == bytes else { return nil }
    return max(0, isBigEndian ? bigEndian(written) - extra : bigEndian(written.reversed()) - extra)
  }

  func isOpenEnded(_ length: Int64) -> Bool {
    bytes == 4 ? SampleExtent.isOpenEnded(length) : length == 0 || length > 1 << 62
  }

  func patch(_ length: Int64) -> ByteStream.Patch {
    let value = UInt64(length + extra)
    let little = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return ByteStream.Patch(offset: offset, bytes: isBigEndian ? little.reversed() : little)
  }
}
