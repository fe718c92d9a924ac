import Foundation
import Support
import Transcript

/// The hidden folder `.viseme` beside outputs: a record for each recording, and in `work/` what is
/// needed only while somebody works: claims and outputs that are not complete.
///
/// All of it may be deleted while nobody works; what has outputs but no record is then left alone
/// until `--force`.
struct StateFolder: Sendable, Hashable {
  /// The outputs' folder, ending in "/"; empty for the current one.
  let outputs: String

  static let name = ".viseme"

  /// The outputs' folder as a person reads it.
  var place: String { outputs.isEmpty ? "." : outputs }
  private var root: String { "\(outputs)\(Self.name)/" }
  /// The folder of claims.
  var work: String { "\(root)work/" }

  /// The name that stands for an output in this folder: endings must fit into a file name.
  static func key(_ stem: String) -> String {
    guard stem.utf8.count > 150 else { return stem }
    // A character may have any number of bytes.
    let start = stem.prefix(40)
    let shown = start.utf8.count <= 160 ? String(start) : String(stem.unicodeScalars.prefix(40))
    return "\(shown)~\(SHA256.hexDigest(of: stem).prefix(24))"
  }

  func record(_ key: String) -> String { "\(root)\(key).json" }

  func claim(_ key: String) -> String { "\(work)\(key).claim" }

  /// The claim of a worker that died, until the recording is dealt with.
  func died(_ key: String) -> String { "\(work)\(key).died" }

  /// What was read of a recording that is not finished.
  func segments(_ key: String) -> String { "\(work)\(key).segments" }

  /// An output, the record or the segments, of the claim `nonce` until it is complete.
  func part(_ nonce: String, _ what: String) -> String { "\(work)\(nonce).\(what).part" }

  /// Makes the folder and those above it.
  func make() throws(AtomicFileError) {
    let path = "\(outputs)\(Self.name)"
    try FolderMaker.make(work, name: path)
    // Outputs get their names by renaming, which does not lead from one file system to another.
    var (own, beside) = (stat(), stat())
    guard stat(work.fileBytes, &own) == 0, stat(place.fileBytes, &beside) == 0 else {
      throw .cannotCreate(path: path, code: errno)
    }
    guard own.st_dev == beside.st_dev else { throw .cannotCreate(path: path, code: EXDEV) }
  }

  /// The record of an output; nil without one that can be read.
  func read(_ key: String) -> Record? {
    guard let text = try? TextFile.read(record(key), takesPipe: false) else { return nil }
    return try? JSONDecoder().decode(Record.self, from: Data(text.utf8))
  }

  /// Puts a record in its place at once, as a whole.
  func write(_ record: Record, _ key: String, nonce: String) throws(AtomicFileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    var file = try AtomicFile(
      path: self.record(key), temporary: part(nonce, "record"), replacing: true)
    // Strings and finite numbers always encode.
    try file.write(bytes: (try? encoder.encode(record)) ?? Data())
    try file.commit()
  }

  /// Ends what a worker left: puts its outputs in their places where it had come to the record, and
  /// else removes them.
  ///
  /// - Returns: whether it had come to the record.
  @discardableResult
  func settle(_ claim: ClaimText) -> Bool {
    let record = read(claim.key)
    let isRecorded = record?.worker == claim.nonce
    let isDone = isRecorded && record?.line.status == .done
    for format in TranscriptFormat.allCases {
      let part = part(claim.nonce, format.rawValue)
      let output = "\(outputs)\(claim.stem).\(format.suffix)"
      if !isDone || rename(part.fileBytes, output.fileBytes) != 0 {
        unlink(part.fileBytes)
      }
    }
    for what in ["record", "segments"] { unlink(part(claim.nonce, what).fileBytes) }
    if isRecorded { unlink(segments(claim.key).fileBytes) }
    return isRecorded
  }
}
