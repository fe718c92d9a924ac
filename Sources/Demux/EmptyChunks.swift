/// Chunks without a byte in the audio of an AVI file, each of which stands for the time of one chunk.
///
/// FFmpeg's muxer fills with them the time before sound that begins late, and pauses, where chunks have as long as
/// the codec's frames. Its demuxer, which counts bytes by the block, gives them no time. Who is right is told by the
/// stream's header: its length counts the empty chunks, or does not. (Microsoft, AVI RIFF File Reference;
/// AVISTREAMHEADER, AVIOLDINDEX.)
final class EmptyChunks {
  /// The empty chunks of one stream.
  private struct Stream {
    /// Chunks that the stream has by its header, which lasts as many of them.
    let declared: Int64
    var chunks: Int64 = 0
    var empty: Int64 = 0
    /// Those before the sound, whose first chunk FFmpeg writes before them.
    var leading: Int64 = 0
    /// Runs of empty chunks: where one begins in the file, and how many there are up to its end.
    var runs: [(position: Int64, count: Int64)] = []
    var wasEmpty = false
    /// What was found for the packet before.
    var last: Int64 = 0

    /// Takes in a chunk of the index.
    mutating func add(at position: Int64, isEmpty: Bool) {
      chunks += 1
      defer { wasEmpty = isEmpty }
      guard isEmpty else { return }
      empty += 1
      if empty >= chunks - 1 { leading = empty }
      if wasEmpty { runs[runs.count - 1].count = empty } else { runs.append((position, empty)) }
    }
  }

  private var streams: [Int: Stream] = [:]

  private static let (mostChunks, mostBytes, blockBytes) = (256, Int64(1) << 26, 65_536)

  /// Nil where no empty chunk stands for time.
  init?(of file: borrowing InputFile) {
    let head = file.bytes(at: 0, count: 12)
    guard head.starts(with: "RIFF".utf8), head.dropFirst(8).elementsEqual("AVI ".utf8) else {
      return nil
    }
    let chunks = Self.chunks(file, from: 12, to: file.size ?? 0)
    guard let header = chunks.first(where: { $0.kind == "hdrl" }),
      let movie = chunks.first(where: { $0.kind == "movi" }),
      let index = chunks.first(where: { $0.kind == "idx1" })
    else { return nil }
    let lists = Self.chunks(file, from: header.start, to: header.end).filter { $0.kind == "strl" }
    for (number, list) in lists.enumerated() {
      streams[number] = Self.length(file, list).map { Stream(declared: $0) }
    }
    if !streams.isEmpty, index.end - index.start <= Self.mostBytes {
      read(file, index, movie: movie.start)
    }
    streams = streams.filter { $0.value.empty > 0 && $0.value.chunks == $0.value.declared }
    if streams.isEmpty { return nil }
  }

  /// How many chunks of a stream lie before its first sound.
  func leading(_ stream: Int) -> Int64 { streams[stream]?.leading ?? 0 }

  /// By how many chunks a packet comes later than libavformat says. `position` is that of its chunk in the file; below 0
  /// it is that of the packet before.
  func late(_ stream: Int, position: Int64) -> Int64 {
    guard let known = streams[stream] else { return 0 }
    guard position >= 0 else { return max(known.last, known.leading) }
    var (low, high) = (0, known.runs.count)
    while low < high {
      let middle = (low + high) / 2
      if known.runs[middle].position < position { low = middle + 1 } else { high = middle }
    }
    let count = low > 0 ? known.runs[low - 1].count : known.leading
    streams[stream]?.last = count
    return count
  }
}

extension EmptyChunks {
  private struct Chunk {
    /// Of a list its type.
    let kind: String
    /// Where the content begins, behind the type of a list.
    let start: Int64
    let end: Int64
  }

  private static func chunks(
    _ file: borrowing InputFile, from start: Int64, to end: Int64
  ) -> [Chunk] {
    var (offset, found): (Int64, [Chunk]) = (start, [])
    while offset < end, found.count < mostChunks {
      let header = file.bytes(at: offset, count: 12)
      guard header.count == 12 else { break }
      let length = bigEndian(header[4..<8].reversed())
      let isList = header.starts(with: "LIST".utf8)
      found.append(
        Chunk(
          kind: String(decoding: isList ? header[8..<12] : header[0..<4], as: UTF8.self),
          start: offset + (isList ? 12 : 8), end: offset + 8 + length))
      offset += 8 + length + length % 2
    }
    return found
  }

  /// The declared length of an audio stream whose chunks last alike and are counted by the block; nil of others.
  private static func length(_ file: borrowing InputFile, _ stream: Chunk) -> Int64? {
    let parts = chunks(file, from: stream.start, to: stream.end)
    guard let header = parts.first(where: { $0.kind == "strh" }),
      let format = parts.first(where: { $0.kind == "strf" })
    else { return nil }
    let fields = file.bytes(at: header.start, count: 48)
    let block = file.bytes(at: format.start + 12, count: 2)
    guard fields.count == 48, fields.starts(with: "auds".utf8),
      fields[44..<48].allSatisfy({ $0 == 0 }), block.contains(where: { $0 != 0 })
    else { return nil }
    return bigEndian(fields[32..<36].reversed())
  }

  /// Reads the index: of each chunk its name, flags, place and length.
  private func read(_ file: borrowing InputFile, _ index: Chunk, movie: Int64) {
    var base: Int64?
    for offset in stride(from: index.start, to: index.end, by: Self.blockBytes) {
      let bytes = file.bytes(at: offset, count: min(Self.blockBytes, Int(index.end - offset)))
      for entry in stride(from: 0, to: bytes.count - 15, by: 16) {
        let place = bigEndian(bytes[entry + 8..<entry + 12].reversed())
        // Places count from the list's type, or from the beginning of the file.
        let from = base ?? (place < movie ? movie - 4 : 0)
        base = from
        guard bytes[entry + 2..<entry + 4].elementsEqual("wb".utf8),
          let number = Int(String(decoding: bytes[entry..<entry + 2], as: UTF8.self))
        else { continue }
        let isEmpty = bytes[entry + 12..<entry + 16].allSatisfy { $0 == 0 }
        streams[number]?.add(at: from + place, isEmpty: isEmpty)
      }
      if bytes.isEmpty { break }
    }
  }
}
