import Foundation
import Support
import Transcript

/// Why a file of a folder is not searched.
package enum SearchFault: Error, Sendable, Hashable {
  /// An `errno` value.
  case unreadable(Int32)
  case transcript(TranscriptFileError)
}

/// A JSON file as it is found in a folder.
struct FoundFile: Sendable, Hashable {
  /// From the folder on.
  var path: String
  var size: Int64
  /// Nanoseconds since 1970; 0 where it changed just now, so that it is read again next time: clocks of
  /// files stand still for some milliseconds.
  var changed: Int64

  /// Files of a folder and its folders whose names end in `.json`, and folders that cannot be looked into.
  static func list(
    in folder: String
  ) -> (files: [FoundFile], faults: [(path: String, fault: SearchFault)]) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let listing = FolderListing(of: folder)
    var faults = listing.unreadable.map { ($0.path, SearchFault.unreadable($0.code)) }
    var files: [FoundFile] = []
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    for path in listing.files where path.hasSuffix(".json") || path.hasSuffix(".JSON") {
      var status = stat()
      guard stat(path.fileBytes, &status) == 0 else {
        faults.append((path, .unreadable(errno)))
        continue
      }
      let time = status.st_mtim.nanoseconds
      files.append(
        FoundFile(
          path: String(path.dropFirst(base.count)), size: Int64(status.st_size),
          changed: time > now.nanoseconds &- settled ? 0 : time))
    }
    return (files, faults)
  }

  private static let settled: Int64 = 2_000_000_000
}

/// Makes an index of a folder, with all that an older one knows of files that have not changed.
struct IndexBuilder: ~Copyable {
  private let folder: String
  private var index = SearchIndex()
  private var speakers: [String: Int] = [:]
  /// Files that cannot be searched.
  private(set) var faults: [(path: String, fault: SearchFault)] = []
  private var offset = 0

  init(folder: String) {
    self.folder = folder.hasSuffix("/") ? folder : folder + "/"
  }

  /// Writes the index of `files` through `write`, piece by piece.
  ///
  /// - Parameters:
  ///   - files: all that shall be in it.
  ///   - old: an index, whose blocks are taken over where they are whole.
  ///   - progress: called with the numbers of files read and to be read.
  ///   - write: takes the bytes of the file, in order.
  /// - Throws: what `write` throws.
  mutating func build(
    _ files: [FoundFile], _ old: borrowing StoredIndex,
    progress: (Int, Int) -> Void, write: ([UInt8]) throws(AtomicFileError) -> Void
  ) throws(AtomicFileError) {
    let known = Dictionary(old.index.transcripts.map { ($0.path, $0) }) { first, _ in first }
    let kept = files.count { known[$0.path]?.isSame(as: $0) ?? false }
    // Where most has gone, so have most of the words.
    let isWorthKeeping = 2 * kept >= old.index.transcripts.count
    if isWorthKeeping {
      index.vocabulary = old.index.vocabulary
      index.speakers = old.index.speakers
      for (number, name) in old.index.speakers.enumerated() { speakers[name] = number + 1 }
    }
    let taken = isWorthKeeping ? files.count { known[$0.path]?.canStay(for: $0) ?? false } : 0
    var read = 0
    for found in files {
      if isWorthKeeping, let entry = known[found.path], entry.canStay(for: found),
        let bytes = Self.block(entry, in: old.file)
      {
        try add(entry, bytes, write)
      } else {
        try add(found, write)
        read += 1
        progress(read, max(read, files.count - taken))
      }
    }
    try write(index.tail(at: offset))
  }

  /// The block of a transcript; nil where it is damaged.
  private static func block(
    _ entry: IndexedTranscript, in file: borrowing IndexFile
  ) -> (pieces: [UInt8], rest: [UInt8])? {
    guard let pieces = try? file.read(entry.offset, 4 * entry.pieces),
      let rest = try? file.read(entry.restOffset, entry.restCount),
      IndexSum.of(pieces) == entry.piecesSum, IndexSum.of(rest) == entry.restSum
    else { return nil }
    return (pieces, rest)
  }

  private mutating func add(
    _ entry: IndexedTranscript, _ bytes: (pieces: [UInt8], rest: [UInt8]),
    _ write: ([UInt8]) throws(AtomicFileError) -> Void
  ) throws(AtomicFileError) {
    var entry = entry
    entry.offset = offset
    index.transcripts.append(entry)
    offset += bytes.pieces.count + bytes.rest.count
    try write(bytes.pieces)
    try write(bytes.rest)
  }

  /// Reads a file.
  private mutating func add(
    _ found: FoundFile, _ write: ([UInt8]) throws(AtomicFileError) -> Void
  ) throws(AtomicFileError) {
    var entry = IndexedTranscript(path: found.path, size: found.size, changed: found.changed)
    let transcript: Transcript
    do throws(SearchFault) { transcript = try Self.transcript(folder + found.path) } catch {
      entry.offset = offset
      entry.kind = .faulty
      if case .transcript(.notTranscript) = error {
        entry.kind = .other
      } else {
        faults.append((folder + found.path, error))
      }
      index.transcripts.append(entry)
      return
    }
    let block = block(transcript)
    let (pieces, rest) = (block.pieceBytes, block.restBytes)
    entry.pieces = block.pieces.count
    entry.segments = block.segments.count
    entry.piecesSum = IndexSum.of(pieces)
    entry.restSum = IndexSum.of(rest)
    try add(entry, (pieces, rest), write)
  }

  static func transcript(_ path: String) throws(SearchFault) -> Transcript {
    let data: Data
    do throws(WholeFile.Unreadable) { data = try WholeFile.read(path) } catch {
      throw .unreadable(error.code)
    }
    do throws(TranscriptFileError) { return try TranscriptFile.read(data) } catch {
      throw .transcript(error)
    }
  }

  private mutating func block(_ transcript: Transcript) -> TranscriptBlock {
    var block = TranscriptBlock()
    for segment in transcript.segments {
      block.segments.append(
        .init(first: block.pieces.count, speaker: segment.speaker.map { number(of: $0) } ?? 0))
      for word in segment.words {
        let start = UInt32(saturating: (word.start * 1000).rounded())
        for piece in SearchPiece.pieces(word.text, isJoined: word.isJoined) {
          guard let number = index.vocabulary.number(of: piece) else { continue }
          block.pieces.append(number)
          block.starts.append(start)
        }
      }
    }
    return block
  }

  private mutating func number(of speaker: String) -> Int {
    if let known = speakers[speaker] { return known }
    index.speakers.append(speaker)
    speakers[speaker] = index.speakers.count
    return index.speakers.count
  }
}

extension IndexedTranscript {
  /// Whether the file has not changed since.
  func isSame(as found: FoundFile) -> Bool {
    size == found.size && changed == found.changed && found.changed != 0
  }

  /// Whether what is known of it holds for `found`; what is faulty is read again.
  func canStay(for found: FoundFile) -> Bool { kind != .faulty && isSame(as: found) }
}
