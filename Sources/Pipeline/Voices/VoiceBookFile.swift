import Foundation
import ModelStore
import Speakers
import Support

/// Where a voice book lies, and how it is written there: a line with the form's version and the SHA-256
/// of the rest, then JSON. The file has mode 0600 and is replaced as a whole.
package struct VoiceBookFile: Sendable, Hashable {
  /// What its first line begins with.
  private static let mark = "viseme-voices"
  private static let version = "1"
  /// Tries, and microseconds between them, while another process changes the book.
  private static let tries = 100
  private static let pause: UInt32 = 100_000

  package let path: String

  /// The book at `path`.
  package init(path: String) { self.path = path }

  /// Where the book is by default: `VISEME_VOICE_BOOK` (unless it is "none"), else `viseme/voices.book`
  /// below `XDG_DATA_HOME` or `~/.local/share`.
  package static func usual(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> VoiceBookFile {
    if let path = environment["VISEME_VOICE_BOOK"], !path.isEmpty, !isTurnedOff(environment) {
      return Self(path: path)
    }
    return Self(path: ModelStore.dataFolder(environment).appending(path: "voices.book").path)
  }

  /// Whether `VISEME_VOICE_BOOK` is "none": then nobody is named by default.
  package static func isTurnedOff(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool { environment["VISEME_VOICE_BOOK"] == "none" }

  /// The book; nil where there is no such file.
  package func readIfPresent() throws(VoiceBookError) -> VoiceBook? {
    do throws(VoiceBookError) { return try read() } catch {
      if case .unreadable(_, ENOENT) = error { return nil }
      throw error
    }
  }

  /// The book, checked to the last byte.
  package func read() throws(VoiceBookError) -> VoiceBook {
    let data: Data
    do throws(WholeFile.Unreadable) { data = try WholeFile.read(path) } catch {
      throw .unreadable(path: path, code: error.code)
    }
    guard let text = String(validating: data, as: UTF8.self),
      let end = text.firstIndex(of: "\n")
    else { throw .damaged(path: path) }
    let words = text[..<end].split(separator: " ")
    guard words.count == 3, words[0] == Self.mark else { throw .damaged(path: path) }
    guard words[1] == Self.version else { throw .newer(path: path) }
    let body = String(text[text.index(after: end)...])
    guard SHA256.hexDigest(of: body) == words[2],
      let stored = try? JSONDecoder().decode(StoredBook.self, from: Data(body.utf8))
    else { throw .damaged(path: path) }
    guard stored.network == VoiceBook.network else {
      throw .otherNetwork(path: path, network: stored.network)
    }
    guard let book = stored.book else { throw .damaged(path: path) }
    return book
  }

  /// Changes the book, which is made where it is missing, while no other process does; one that nobody is
  /// left in goes away.
  package func change(_ body: (inout VoiceBook) -> Void) throws(VoiceBookError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    do throws(AtomicFileError) { try FolderMaker.make(folder) } catch { throw .output(error) }
    let lock = try lock(folder)
    var book = try readIfPresent() ?? VoiceBook()
    body(&book)
    do throws(AtomicFileError) { try write(book) } catch { throw .output(error) }
    _ = consume lock
  }

  private func lock(_ folder: String) throws(VoiceBookError) -> FileLock {
    for _ in 0..<Self.tries {
      if let lock = FileLock(folder: folder) { return lock }
      usleep(Self.pause)
    }
    throw .busy(path: path)
  }

  private func write(_ book: VoiceBook) throws(AtomicFileError) {
    guard !book.people.isEmpty else {
      guard unlink(path.fileBytes) == 0 || errno == ENOENT else {
        throw .writeFailed(path: path, code: errno)
      }
      return
    }
    let body = Self.body(book)
    var file = try AtomicFile(path: path, replacing: true, isPrivate: true)
    try file.write("\(Self.mark) \(Self.version) \(SHA256.hexDigest(of: body))\n")
    try file.write(body)
    try file.commit()
  }

  /// What stands under the first line.
  static func body(_ book: VoiceBook) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, bytes and finite numbers always encode.
    let data = (try? encoder.encode(StoredBook(book))) ?? Data()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

/// A book as it stands in JSON, its values not yet checked.
private struct StoredBook: Codable {
  struct Person: Codable {
    let name: String
    let prints: [Print]
  }

  struct Print: Codable {
    let added: String
    let seconds: Double
    /// Bytes with sign.
    let vector: Data
  }

  /// Grid values of length 1.
  private static let scale: Float = 127

  let network: String
  let people: [Person]

  init(_ book: VoiceBook) {
    network = VoiceBook.network
    people = book.people.map { person in
      Person(
        name: person.name,
        prints: person.prints.map { entry in
          Print(
            added: entry.added, seconds: (entry.print.seconds * 100).rounded() / 100,
            vector: Data(
              entry.print.vector.map {
                UInt8(bitPattern: Int8(saturating: ($0 * Self.scale).rounded()))
              }))
        })
    }
  }

  /// The book; nil where a value is not one of a book.
  var book: VoiceBook? {
    guard !people.isEmpty, Set(people.map(\.name)).count == people.count else { return nil }
    var read: [VoiceBook.Person] = []
    for person in people {
      guard VoiceBook.isName(person.name), 1...VoiceBook.mostPrints ~= person.prints.count else {
        return nil
      }
      var entries: [VoiceBook.Entry] = []
      for stored in person.prints {
        let vector = stored.vector.map { Float(Int8(bitPattern: $0)) }
        guard let print = VoicePrint(vector, seconds: stored.seconds) else { return nil }
        entries.append(VoiceBook.Entry(print: print, added: stored.added))
      }
      read.append(VoiceBook.Person(name: person.name, prints: entries))
    }
    return VoiceBook(people: read)
  }
}
