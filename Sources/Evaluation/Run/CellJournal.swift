import Foundation
import Support

/// The results of one cell on the disk, written as they come: a line that tells what they depend on,
/// then one for each utterance. A run that was cut off goes on after the last whole line.
final class CellJournal {
  /// What was there when it was opened, by utterance.
  let found: [String: Hearing]
  private var file: BufferedDescriptor

  private struct Head: Codable, Equatable {
    var cell: String
    var fingerprint: String
  }

  /// Opens the journal at `path`, or makes it. One that belongs to another fingerprint, or any where
  /// `isFresh`, is begun anew.
  init(
    path: String, cell: String, fingerprint: String, isFresh: Bool
  ) throws(AtomicFileError) {
    let head = Head(cell: cell, fingerprint: fingerprint)
    let (found, length) = isFresh ? ([:], 0) : Self.read(path, head)
    let descriptor = open(path.fileBytes, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, code: errno) }
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      let code = errno
      close(descriptor)
      throw .writeFailed(path: path, code: code)
    }
    self.found = found
    file = BufferedDescriptor(descriptor: descriptor, path: path, isOwned: true)
    if length == 0 { try write(head) }
  }

  /// Adds a result; it is on its way to the disk when this returns.
  func add(_ hearing: Hearing) throws(AtomicFileError) { try write(hearing) }

  private func write(_ value: some Encodable) throws(AtomicFileError) {
    // Strings and finite numbers always encode.
    guard let data = try? Self.encoder.encode(value) else { return }
    try file.write(String(decoding: data, as: UTF8.self) + "\n")
    try file.flush()
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The whole lines of a journal with this head, and how many bytes they take.
  private static func read(_ path: String, _ head: Head) -> ([String: Hearing], Int) {
    let decoder = JSONDecoder()
    var found: [String: Hearing] = [:]
    var (length, isOver) = (0, false)
    let passed = try? LineFile.read(path) { line, isWhole in
      guard isWhole, !isOver else { return }
      if length == 0 {
        isOver = (try? decoder.decode(Head.self, from: line)) != head
      } else if let hearing = try? decoder.decode(Hearing.self, from: line) {
        found[hearing.utterance] = hearing
      } else {
        isOver = true
      }
      if !isOver { length += line.count + 1 }
    }
    return passed == 0 ? (found, length) : ([:], 0)
  }
}
