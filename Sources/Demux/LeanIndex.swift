/// A way to have libavformat hold less of a long MP4's index, where only its sound is wanted.
///
/// For each packet of each stream libavformat keeps an entry, and while it works edit lists in, two:
/// 120 MB for ten hours. Here the tables of sizes of the video tracks are patched to be short, and
/// edit lists so simple that they only move a track's beginning are left to libavformat's simpler
/// code, which copies nothing. Box layouts: ISO/IEC 14496-12, sections 8.6.6 and 8.7.3.
struct LeanIndex {
  /// Patches that shorten the tables of the video tracks.
  private(set) var patches: [ByteStream.Patch] = []

  /// Pictures that stay known: enough to recognise a video's parameters.
  private static let picturesKept: Int64 = 256

  /// Nil when there is no index, it is small, or its edit lists are not simple.
  init?(of file: borrowing InputFile, _ index: Box?, _ limits: MediaLimits) {
    guard let index, index.end - index.payload >= Int64(limits.wholeIndexBytes) else { return nil }
    let boxes = index.children(file, limit: index.end)
    guard let header = boxes.first(where: { $0.kind == "mvhd" }),
      let movie = LeanIndex.timing(file, header)
    else { return nil }
    // Fragments continue an index, in tables of their own.
    guard !boxes.contains(where: { $0.kind == "mvex" }) else { return nil }
    for track in boxes where track.kind == "trak" {
      guard let parts = Track(file, track), parts.isSimple(file, movieRate: movie.rate) else {
        return nil
      }
      if parts.isVideo { shorten(file, parts.sizes) }
    }
  }

  /// Makes a table of sample sizes (`stsz` or `stz2`) count only the first pictures.
  private mutating func shorten(_ file: borrowing InputFile, _ sizes: Box) {
    let place = sizes.payload + 8
    let count = bigEndian(file.bytes(at: place, count: 4))
    guard count > LeanIndex.picturesKept else { return }
    let kept = UInt32(LeanIndex.picturesKept)
    patches.append(
      ByteStream.Patch(
        offset: place, bytes: (0..<4).map { UInt8(truncatingIfNeeded: kept >> (24 - 8 * $0)) }))
  }

  /// Ticks a second and duration in ticks of an `mvhd` or `mdhd` box.
  private static func timing(
    _ file: borrowing InputFile, _ box: Box
  ) -> (rate: Int64, duration: Int64)? {
    let bytes = file.bytes(at: box.payload, count: 32)
    guard bytes.count == 32 else { return nil }
    let isLong = bytes[0] == 1
    let rate = bigEndian(isLong ? bytes[20..<24] : bytes[12..<16])
    let duration = bigEndian(isLong ? bytes[24..<32] : bytes[16..<20])
    return rate > 0 ? (rate, duration) : nil
  }
}

extension LeanIndex {
  /// The boxes of a track that matter here.
  private struct Track {
    let isVideo: Bool
    let sizes: Box
    private let edits: Box?
    private let timing: (rate: Int64, duration: Int64)

    init?(_ file: borrowing InputFile, _ track: Box) {
      let end = track.end
      func child(_ boxes: [Box], _ kind: String) -> Box? { boxes.first { $0.kind == kind } }
      let parts = track.children(file, limit: end)
      guard let media = child(parts, "mdia")?.children(file, limit: end),
        let header = child(media, "mdhd"), let timing = LeanIndex.timing(file, header),
        let handler = child(media, "hdlr"),
        let tables = child(child(media, "minf")?.children(file, limit: end) ?? [], "stbl")?
          .children(file, limit: end),
        let sizes = child(tables, "stsz") ?? child(tables, "stz2")
      else { return nil }
      self.timing = timing
      self.sizes = sizes
      isVideo = file.bytes(at: handler.payload + 8, count: 4).elementsEqual("vide".utf8)
      edits = child(child(parts, "edts")?.children(file, limit: end) ?? [], "elst")
    }

    /// The edit list does no more than put off the beginning and skip the first samples.
    func isSimple(_ file: borrowing InputFile, movieRate: Int64) -> Bool {
      guard let edits else { return true }
      let head = file.bytes(at: edits.payload, count: 8)
      guard head.count == 8 else { return false }
      let isLong = head[0] == 1
      let count = bigEndian(head[4..<8])
      guard (1...2).contains(count) else { return false }
      let width = isLong ? 20 : 12
      let entries = file.bytes(at: edits.payload + 8, count: width * Int(count))
      guard entries.count == width * Int(count) else { return false }
      for number in 0..<Int(count) {
        let entry = entries[(number * width)..<(number + 1) * width]
        let (length, rest) = (entry.prefix(isLong ? 8 : 4), entry.dropFirst(isLong ? 8 : 4))
        let isEmptyEdit = rest.prefix(isLong ? 8 : 4).allSatisfy { $0 == 0xFF }
        if number < count - 1 || isEmptyEdit {
          guard isEmptyEdit, number < count - 1 else { return false }
          continue
        }
        let from = Double(bigEndian(rest.prefix(isLong ? 8 : 4))) / Double(timing.rate)
        let lasts = Double(bigEndian(length)) / Double(movieRate)
        let isWhole =
          lasts == 0 || from + lasts > Double(timing.duration) / Double(timing.rate) - 0.1
        let isPlain = rest.suffix(4).elementsEqual([0, 1, 0, 0])
        guard isWhole, isPlain else { return false }
      }
      return true
    }
  }
}
