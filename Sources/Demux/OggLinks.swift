/// The links of a chained Ogg file (RFC 3533): recordings of one stream of sound, one after the other, each
/// with a clock and a setup of its own.
///
/// libavformat follows a chain as long as the codec stays the same, and knows of nothing behind the first link when it
/// is to go to a place. So each link is read as a file of its own.
struct OggLinks: Sendable {
  struct Link: Sendable {
    let bytes: Range<Int64>
    /// Length of all links before, by their granule positions.
    let start: ExactTime
  }

  private var links: [Link] = []
  /// Of all links together.
  private(set) var seconds = 0.0

  var count: Int { links.count }

  /// Links of a file at most; one with more is read as libavformat does.
  private static let most = 10_000

  /// One logical stream of a link.
  private struct Stream {
    /// Samples a second of its granule positions.
    let rate: Double
    /// Samples before the first that is heard.
    let skipped: Double
    var first: Double?
    var last = 0.0

    var seconds: Double {
      // A link may be cut out of a longer stream: its first page then ends late.
      let begin = (first ?? 0) / rate > Self.longestPage ? first ?? 0 : skipped
      return max(0, last - begin) / rate
    }

    private static let longestPage = 10.0
  }

  /// Nil for a file with one link, for one of another format, and where a link holds more than one stream, or
  /// a stream of no codec known.
  init?(of file: borrowing InputFile) {
    guard let size = file.size else { return nil }
    var (offset, begin): (Int64, Int64) = (0, 0)
    var stream: Stream?
    var hasContent = false
    while true {
      let header = file.bytes(at: offset, count: 27)
      guard header.count == 27, header.starts(with: "OggS".utf8) else { break }
      let lacing = file.bytes(at: offset + 27, count: Int(header[26]))
      let body = offset + 27 + Int64(lacing.count)
      // A page that begins a stream follows pages that do not: the next link.
      if header[5] & 2 != 0 {
        guard hasContent || stream == nil else { return nil }
        if let stream { guard add(stream, begin..<offset) else { return nil } }
        (begin, hasContent) = (offset, false)
        stream = Self.stream(file.bytes(at: body, count: 40))
        guard stream != nil else { return nil }
      } else {
        hasContent = true
        Self.note(bigEndian(header[6..<14].reversed()), isNone: header[13] == 0xFF, &stream)
      }
      offset = body + lacing.reduce(0) { $0 + Int64($1) }
    }
    guard let stream, count > 0, add(stream, begin..<size) else { return nil }
  }

  subscript(_ index: Int) -> Link? { links.indices.contains(index) ? links[index] : nil }

  /// The last link that begins at or before a time.
  func last(before time: ExactTime) -> Int { links.lastIndex { $0.start <= time } ?? 0 }

  private mutating func add(_ stream: Stream, _ bytes: Range<Int64>) -> Bool {
    guard count < Self.most, let start = ExactTime(seconds: seconds) else { return false }
    links.append(Link(bytes: bytes, start: start))
    seconds += stream.seconds
    return true
  }

  /// Takes in the granule position of a page; a page on which no packet ends has none.
  private static func note(_ granule: Int64, isNone: Bool, _ stream: inout Stream?) {
    guard !isNone, granule > 0, var known = stream else { return }
    known.first = known.first ?? Double(granule)
    known.last = max(known.last, Double(granule))
    stream = known
  }

  /// By its identification header: Opus (RFC 7845), Vorbis I, Speex, FLAC (mapping 1.0); nil for all others.
  private static func stream(_ head: [UInt8]) -> Stream? {
    func little(_ offset: Int, _ count: Int) -> Double {
      guard offset + count <= head.count else { return 0 }
      return Double(bigEndian(head[offset..<offset + count].reversed()))
    }
    var found: Stream?
    if head.starts(with: "OpusHead".utf8) { found = Stream(rate: 48_000, skipped: little(10, 2)) }
    if head.starts(with: "\u{1}vorbis".utf8) { found = Stream(rate: little(12, 4), skipped: 0) }
    if head.starts(with: "Speex   ".utf8) { found = Stream(rate: little(36, 4), skipped: 0) }
    if head.starts(with: "\u{7F}FLAC".utf8), head.count >= 30 {
      let rate = Int(head[27]) << 12 | Int(head[28]) << 4 | Int(head[29]) >> 4
      found = Stream(rate: Double(rate), skipped: 0)
    }
    return found.flatMap { $0.rate > 0 ? $0 : nil }
  }
}
