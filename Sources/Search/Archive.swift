import Foundation
import Support

/// A folder of transcripts that can be searched.
package struct Archive: ~Copyable {
  /// How the index came about.
  package enum Origin: Sendable, Hashable {
    /// It was there, and nothing has changed.
    case stored
    /// So many files were read, since they were new or had changed, and the index was stored.
    case updated(read: Int)
    /// All files were read: why.
    case rebuilt(IndexFault, read: Int)
  }

  package let folder: String
  package private(set) var origin: Origin
  /// Why the index is not stored; nil where it is.
  package private(set) var notStored: AtomicFileError?
  /// Files that are not searched.
  package private(set) var faults: [(path: String, fault: SearchFault)]
  private let stored: StoredIndex

  /// Opens a folder: takes the index that is stored in it as `.viseme-search`, brings it up to date, and
  /// stores it where that is possible.
  ///
  /// - Parameters:
  ///   - folder: its path.
  ///   - isFresh: take nothing of an older index.
  ///   - progress: called with the numbers of files read and to be read.
  /// - Throws: why an index that was just made cannot be read.
  package init(
    folder: String, isFresh: Bool = false, progress: (Int, Int) -> Void
  ) throws(IndexFault) {
    let path = (folder.hasSuffix("/") ? folder : folder + "/") + SearchIndex.name
    let found = FoundFile.list(in: folder)
    let old = StoredIndex(path, isFresh: isFresh)
    let known = Dictionary(old.index.transcripts.map { ($0.path, $0) }) { first, _ in first }
    var stillFaulty: [(path: String, fault: SearchFault)] = []
    let changed = found.files.count { file in
      guard let entry = known[file.path], entry.isSame(as: file) else { return true }
      guard entry.kind == .faulty else { return false }
      let whole = String(path.dropLast(SearchIndex.name.count)) + file.path
      // It may have become readable without a change of its own.
      do throws(SearchFault) { _ = try IndexBuilder.transcript(whole) } catch {
        stillFaulty.append((whole, error))
        return false
      }
      return true
    }
    self.folder = folder
    if old.fault == nil, changed == 0, known.count == found.files.count {
      origin = .stored
      faults = found.faults + stillFaulty
      stored = old
      return
    }
    origin = old.fault.map { .rebuilt($0, read: changed) } ?? .updated(read: changed)
    var builder = IndexBuilder(folder: folder)
    var memory: [UInt8]?
    do throws(AtomicFileError) {
      // A link may lead to any file of whoever searches.
      if Self.isLink(path) { throw .cannotCreate(path: path, code: ELOOP) }
      var output = try AtomicFile(path: path, replacing: true)
      try builder.build(found.files, old, progress: progress) {
        bytes throws(AtomicFileError) in try output.write(bytes: bytes)
      }
      try output.commit()
    } catch {
      notStored = error
      // Once more into memory.
      builder = IndexBuilder(folder: folder)
      var bytes: [UInt8] = []
      try? builder.build(found.files, old, progress: progress) {
        bytes.append(contentsOf: $0)
      }
      memory = bytes
    }
    faults = found.faults + builder.faults
    if let memory {
      stored = try StoredIndex(IndexFile(memory: memory))
    } else {
      stored = try StoredIndex(try IndexFile(path))
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path.fileBytes, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Transcripts that are searched.
  package var count: Int { stored.index.transcripts.count { $0.kind == .transcript } }
  /// JSON files of something else.
  package var otherCount: Int { stored.index.transcripts.count { $0.kind == .other } }

  /// What is found.
  ///
  /// - Throws: that the index is damaged; a fresh one helps.
  package func search(_ question: SearchQuestion) throws(IndexFault) -> SearchAnswer {
    var search = ArchiveSearch(stored.index, question)
    for transcript in stored.index.transcripts where transcript.kind == .transcript {
      try search.look(in: transcript, stored.file)
    }
    return search.answer
  }

  /// Words of the archive that are spelled nearly as the words of a query that finds nothing.
  package func suggestions(_ query: SearchQuery) -> [String] {
    query.terms.flatMap { term -> [String] in
      var near = term
      near.edits = String(decoding: term.folded, as: UTF8.self).count < 4 ? 1 : 2
      return stored.index.vocabulary.foldedForms(matching: near).sorted()
    }
  }
}

/// An index and the file that its blocks are in.
struct StoredIndex: ~Copyable {
  let file: IndexFile
  let index: SearchIndex
  /// Why there is none, and this one is empty.
  let fault: IndexFault?

  /// The one at `path`; `isFresh` takes none.
  init(_ path: String, isFresh: Bool) {
    do throws(IndexFault) {
      if isFresh { throw .damaged }
      let file = try IndexFile(path)
      index = try SearchIndex(file)
      self.file = file
      fault = nil
    } catch {
      file = IndexFile(memory: [])
      index = SearchIndex()
      fault = error
    }
  }

  /// One that was just made.
  init(_ file: consuming IndexFile) throws(IndexFault) {
    index = try SearchIndex(file)
    self.file = file
    fault = nil
  }
}
