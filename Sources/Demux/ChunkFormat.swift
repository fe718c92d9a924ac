/// A format whose file is a header and chunks, each a name, a length and a payload: RIFF WAVE and RF64 (EBU
/// Tech 3306), Wave64 (Sony), AIFF and AIFC (Apple), CAF (Apple), and AU (Sun), which has no chunks.
struct ChunkFormat {
  enum Kind { case riff, rf64, wave64, aiff, caf, au }

  let kind: Kind
  /// Offset of the first chunk.
  private let first: Int64
  /// Name of the chunk that holds the samples.
  private let samples: String
  /// Bytes of a chunk's name, of its length, and those that it begins at a multiple of.
  private let (name, length, alignment): (Int64, Int, Int64)
  private let isBigEndian: Bool

  /// Of AIFF's sound chunk: an offset and a block size.
  static let lengthBeforeSamples: Int64 = 8
  private static let mostChunks = 1_000
  /// What follows the samples and is no chunk is a tag of another format up to this length.
  private static let longestTail: Int64 = 1_024
  /// Chunks that follow samples, which a file that was cut may break off.
  private static let usualTails: Set<String> = [
    "pakt", "kuki", "info", "strg", "uuid", "free", "mark", "COMT", "MARK", "INST", "APPL", "ID3 ",
    "LIST", "bext", "fact", "summ", "levl",
  ]

  private init(
    _ kind: Kind, first: Int64, samples: String, name: Int64 = 4, length: Int = 4,
    alignment: Int64 = 2, isBigEndian: Bool = false
  ) {
    self.kind = kind
    self.first = first
    self.samples = samples
    (self.name, self.length, self.alignment) = (name, length, alignment)
    self.isBigEndian = isBigEndian
  }

  /// The format by the file's first bytes.
  static func of(_ file: borrowing InputFile) -> ChunkFormat? {
    let head = file.bytes(at: 0, count: 28)
    guard head.count == 28 else { return nil }
    let (mark, form) = (text(head[0..<4]), text(head[8..<12]))
    switch (mark, form) {
    case ("RIFF", "WAVE"): return ChunkFormat(.riff, first: 12, samples: "data")
    case ("RF64", "WAVE"), ("BW64", "WAVE"): return ChunkFormat(.rf64, first: 12, samples: "data")
    case ("FORM", "AIFF"), ("FORM", "AIFC"):
      return ChunkFormat(.aiff, first: 12, samples: "SSND", isBigEndian: true)
    case ("caff", _):
      return ChunkFormat(
        .caf, first: 8, samples: "data", length: 8, alignment: 1, isBigEndian: true)
    case (".snd", _): return ChunkFormat(.au, first: 0, samples: "")
    case ("riff", _) where text(head[24..<28]) == "wave":
      return ChunkFormat(.wave64, first: 40, samples: "data", name: 16, length: 8, alignment: 8)
    default: return nil
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Where the samples begin, where their length stands, and what it says.
  func samples(
    in file: borrowing InputFile, to size: Int64
  ) -> (start: Int64, length: LengthField, declared: Int64)? {
    if kind == .au {
      let start = bigEndian(file.bytes(at: 4, count: 4))
      let field = LengthField(offset: 8, bytes: 4, isBigEndian: true)
      guard start >= 24, start <= size, let declared = field.read(file) else { return nil }
      return (start, field, declared)
    }
    guard let chunk = chunk(samples, in: file, to: size) else { return nil }
    guard kind == .rf64, let sizes = self.chunk("ds64", in: file, to: size) else {
      return (chunk.start, chunk.field, chunk.length)
    }
    let field = LengthField(offset: sizes.start + 8, bytes: 8, isBigEndian: false)
    return field.read(file).map { (chunk.start, field, $0) }
  }

  /// The first chunk with a name, and its payload's start.
  func chunk(
    _ wanted: String, in file: borrowing InputFile, to size: Int64
  ) -> (start: Int64, length: Int64, field: LengthField)? {
    var offset = first
    for _ in 0..<Self.mostChunks where offset + headerLength <= size {
      let field = field(at: offset)
      guard let length = field.read(file) else { return nil }
      if Self.text(file.bytes(at: offset, count: 4)[...]) == wanted {
        return (offset + headerLength, length, field)
      }
      let (end, overflow) = (offset + headerLength).addingReportingOverflow(length)
      guard !overflow, end < size else { return nil }
      offset = aligned(end)
    }
    return nil
  }

  private var headerLength: Int64 { name + Int64(length) }

  private func aligned(_ offset: Int64) -> Int64 {
    (offset + alignment - 1) / alignment * alignment
  }

  private func field(at offset: Int64) -> LengthField {
    LengthField(
      offset: offset + name, bytes: length, isBigEndian: isBigEndian,
      // Of Wave64 a length counts the chunk's header.
      extra: kind == .wave64 ? headerLength : 0)
  }

  /// What lies between the declared end and the end of the file is chunks, or a short tag.
  func isTail(_ file: borrowing InputFile, from end: Int64, to size: Int64) -> Bool {
    if size - end <= Self.longestTail { return true }
    if kind == .au { return false }
    let next = aligned(end)
    let name = file.bytes(at: next, count: 4)
    guard name.count == 4, name.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return false }
    if Self.usualTails.contains(Self.text(name[...])) { return true }
    guard let length = field(at: next).read(file) else { return false }
    return length <= size + 1 - next - headerLength
  }
}
