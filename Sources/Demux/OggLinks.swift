/// The links of an Ogg file (RFC 3533): recordings one after the other, each with a clock and a rate of its own.
struct OggLinks {
  /// Of all links together.
  let seconds: Double

  /// One logical stream of a link.
  private struct Stream {
    /// Samples a second of its granule positions; 0 for a picture and for codecs not known.
    let rate: Double
    /// Samples before the first that is heard.
    let skipped: Double
    var first: Double?
    var last = 0.0

    var seconds: Double {
      guard rate > 0 else { return 0 }
      // A link may be cut out of a longer stream: its first page then ends late.
      let begin = (first ?? 0) / rate > Self.longestPage ? first ?? 0 : skipped
      return max(0, last - begin) / rate
    }

    private static let longestPage = 10.0
  }

  /// Nil for a file with one link, and for one of another format.
  init?(of file: borrowing InputFile) {
    var (offset, sum, count): (Int64, Double, Int) = (0, 0, 1)
    var link: [[UInt8]: Stream] = [:]
    var hasContent = false
    while true {
      let header = file.bytes(at: offset, count: 27)
      guard header.count == 27, header.starts(with: "OggS".utf8) else { break }
      let lacing = file.bytes(at: offset + 27, count: Int(header[26]))
      let body = offset + 27 + Int64(lacing.count)
      let serial = Array(header[14..<18])
      // A page that begins a stream follows pages that do not: the next link.
      let begins = header[5] & 2 != 0
      if begins, hasContent {
        sum += Self.seconds(link)
        (link, hasContent) = ([:], false)
        count += 1
      }
      if begins {
        link[serial] = Self.stream(file.bytes(at: body, count: 40))
      } else {
        hasContent = true
        Self.note(bigEndian(header[6..<14].reversed()), isNone: header[13] == 0xFF, &link[serial])
      }
      offset = body + lacing.reduce(0) { $0 + Int64($1) }
    }
    guard count > 1 else { return nil }
    seconds = sum + Self.seconds(link)
  }

  private static func seconds(_ link: [[UInt8]: Stream]) -> Double {
    link.values.map(\.seconds).max() ?? 0
  }

  /// Takes in the granule position of a page; a page on which no packet ends has none.
  private static func note(_ granule: Int64, isNone: Bool, _ stream: inout Stream?) {
    guard !isNone, granule > 0, var known = stream else { return }
    known.first = known.first ?? Double(granule)
    known.last = max(known.last, Double(granule))
    stream = known
  }

  /// By its identification header: Opus (RFC 7845), Vorbis I, Speex, FLAC (mapping 1.0).
  private static func stream(_ head: [UInt8]) -> Stream? {
    func little(_ offset: Int, _ count: Int) -> Double {
      guard offset + count <= head.count else { return 0 }
      return Double(bigEndian(head[offset..<offset + count].reversed()))
    }
    if head.starts(with: "OpusHead".utf8) { return Stream(rate: 48_000, skipped: little(10, 2)) }
    if head.starts(with: "\u{1}vorbis".utf8) { return Stream(rate: little(12, 4), skipped: 0) }
    if head.starts(with: "Speex   ".utf8) { return Stream(rate: little(36, 4), skipped: 0) }
    if head.starts(with: "\u{7F}FLAC".utf8), head.count >= 30 {
      let rate = Int(head[27]) << 12 | Int(head[28]) << 4 | Int(head[29]) >> 4
      return Stream(rate: Double(rate), skipped: 0)
    }
    return nil
  }
}
