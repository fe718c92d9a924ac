import Support

/// A transcript in an index.
struct IndexedTranscript: Sendable, Hashable {
  /// What the file is.
  enum Kind: UInt8, Sendable {
    case transcript
    /// JSON of something else, which is not read again.
    case other
    /// No transcript that can be used; it is read again to tell why.
    case faulty
  }

  /// From the folder on.
  var path: String
  /// Size and time of the last change, by which it is known again.
  var size: Int64
  var changed: Int64
  var kind = Kind.transcript
  /// Where its block begins: the pieces of its words, then their times and its segments.
  var offset = 0
  var pieces = 0
  var segments = 0
  /// Sums of the two parts of the block.
  var piecesSum: UInt64 = 0
  var restSum: UInt64 = 0

  var restOffset: Int { offset + 4 * pieces }
  /// A start for each piece; first piece and speaker of each segment.
  var restCount: Int { 4 * pieces + 8 * segments }
}

/// What an index knows of a folder. The file, in this order: the blocks of the transcripts; the vocabulary,
/// the speakers and the table of transcripts; and 32 bytes that say where those begin, with their sum.
///
/// It is no inverted index: a search looks at every word of the archive, as a number of four bytes, and asks
/// of it only whether it is one of those looked for. 3,000 hours are 27 million of them.
struct SearchIndex: Sendable {
  static let name = ".viseme-search"
  /// "VISEARCH".
  static let magic: UInt64 = 0x4843_5241_4553_4956
  /// Raised when words are parted or folded in another way, too.
  static let version: UInt64 = 1
  private static let trailer = 32

  var vocabulary = SearchVocabulary()
  /// Names by number from 1; 0 is nobody.
  var speakers: [String] = []
  var transcripts: [IndexedTranscript] = []

  /// Of nothing.
  init() {}

  /// Reads all but the blocks.
  init(_ file: borrowing IndexFile) throws(IndexFault) {
    guard file.size >= Self.trailer else { throw .damaged }
    var end = IndexScanner(try file.read(file.size - Self.trailer, Self.trailer))
    let (offset, sum) = (try end.number(UInt64.self), try end.number(UInt64.self))
    let (version, magic) = (try end.number(UInt64.self), try end.number(UInt64.self))
    guard magic == Self.magic else { throw .damaged }
    guard version == Self.version else { throw .otherVersion }
    guard let start = Int(exactly: offset), start <= file.size - Self.trailer else {
      throw .damaged
    }
    let bytes = try file.read(start, file.size - Self.trailer - start)
    guard IndexSum.of(bytes) == sum else { throw .damaged }
    var scanner = IndexScanner(bytes)
    vocabulary = try SearchVocabulary(&scanner)
    for _ in 0..<(try scanner.number(UInt32.self)) { speakers.append(try scanner.text()) }
    for _ in 0..<(try scanner.number(UInt32.self)) {
      transcripts.append(try Self.transcript(&scanner, before: start))
    }
    guard scanner.isAtEnd else { throw .damaged }
  }

  private static func transcript(
    _ scanner: inout IndexScanner, before end: Int
  ) throws(IndexFault) -> IndexedTranscript {
    var transcript = IndexedTranscript(
      path: try scanner.text(), size: try scanner.number(Int64.self),
      changed: try scanner.number(Int64.self))
    guard let kind = IndexedTranscript.Kind(rawValue: try scanner.number(UInt8.self)) else {
      throw .damaged
    }
    transcript.kind = kind
    let offset = try scanner.number(UInt64.self)
    transcript.pieces = Int(try scanner.number(UInt32.self))
    transcript.segments = Int(try scanner.number(UInt32.self))
    transcript.piecesSum = try scanner.number(UInt64.self)
    transcript.restSum = try scanner.number(UInt64.self)
    let length = 8 * transcript.pieces + 8 * transcript.segments
    guard let start = Int(exactly: offset), start <= end, length <= end - start else {
      throw .damaged
    }
    transcript.offset = start
    return transcript
  }

  /// What follows the blocks, which end at `offset`.
  func tail(at offset: Int) -> [UInt8] {
    var bytes = IndexBytes()
    vocabulary.write(to: &bytes)
    bytes.add(UInt32(speakers.count))
    for name in speakers { bytes.add(name) }
    bytes.add(UInt32(transcripts.count))
    for transcript in transcripts {
      bytes.add(transcript.path)
      bytes.add(transcript.size)
      bytes.add(transcript.changed)
      bytes.add(transcript.kind.rawValue)
      bytes.add(UInt64(transcript.offset))
      bytes.add(UInt32(transcript.pieces))
      bytes.add(UInt32(transcript.segments))
      bytes.add(transcript.piecesSum)
      bytes.add(transcript.restSum)
    }
    let sum = IndexSum.of(bytes.bytes)
    bytes.add(UInt64(offset))
    bytes.add(sum)
    bytes.add(Self.version)
    bytes.add(Self.magic)
    return bytes.bytes
  }
}

/// The words of a transcript as an index holds them.
struct TranscriptBlock: Sendable {
  struct Segment: Sendable {
    /// Place of its first piece.
    var first: Int
    /// 0 for nobody.
    var speaker: Int
  }

  /// Numbers of the vocabulary.
  var pieces: [UInt32] = []
  /// Milliseconds at which their words begin.
  var starts: [UInt32] = []
  var segments: [Segment] = []

  /// The first part of the block in the file.
  var pieceBytes: [UInt8] {
    var bytes = IndexBytes()
    bytes.add(pieces)
    return bytes.bytes
  }

  /// The second one.
  var restBytes: [UInt8] {
    var bytes = IndexBytes()
    bytes.add(starts)
    for segment in segments {
      bytes.add(UInt32(segment.first))
      bytes.add(UInt32(segment.speaker))
    }
    return bytes.bytes
  }

  /// The segment in which a piece lies; nil before the first.
  func segment(of piece: Int) -> Int? {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].first <= piece { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}
