import Demux
import Foundation
import Pipeline

/// What a look into a file's container told.
package enum Probed: Sendable, Hashable, Codable {
  /// A recording; its length in seconds where the container tells.
  case recording(seconds: Double?)
  /// In no known recording's format.
  case other
  /// A recording, but nothing can be told of it.
  case damaged
}

/// Looks into files, and remembers what it saw while they do not change.
///
/// The memory is one file of JSON lines to which any number of processes append; what cannot be
/// read in it is looked up again, so it may be deleted at any time.
final class ProbeCache: Sendable {
  private struct Entry: Codable {
    var path: String
    var identity: InputContent.Identity
    var probed: Probed
  }

  private let path: String
  private let known: Guarded<[String: Entry]>
  private let added = Guarded<[Entry]>([])

  /// A cache in the file at `path`, which is made when there is something to keep.
  init(path: String) {
    self.path = path
    let decoder = JSONDecoder()
    var entries: [String: Entry] = [:]
    for line in (try? WholeFile.read(path))?.split(separator: 0x0A) ?? [] {
      guard let entry = try? decoder.decode(Entry.self, from: line) else { continue }
      entries[entry.path] = entry
    }
    known = Guarded(entries)
  }

  /// What lies at `path`, now of this identity.
  func probe(_ path: String, _ identity: InputContent.Identity) -> Probed {
    let name = Self.absolute(path)
    if let entry = known.withLock({ $0[name] }), entry.identity == identity { return entry.probed }
    guard let probed = Self.probe(path) else { return .damaged }
    let entry = Entry(path: name, identity: identity, probed: probed)
    known.withLock { $0[name] = entry }
    added.withLock { $0.append(entry) }
    return probed
  }

  /// Keeps what is new. It is no harm when that fails.
  func save() {
    let entries = added.withLock { entries in
      defer { entries = [] }
      return entries
    }
    let encoder = JSONEncoder()
    let lines = entries.compactMap { try? encoder.encode($0) }.map { $0 + [0x0A] }
    guard !lines.isEmpty else { return }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let data = lines.reduce(into: Data()) { $0 += $1 }
    _ = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Nil where another look may tell something else.
  private static func probe(_ path: String) -> Probed? {
    do throws(DemuxError) {
      return .recording(seconds: try Demuxer.probe(path: path).duration)
    } catch {
      switch error {
      case .notRecognised, .refusedFormat, .empty: return .other
      case .openFailed, .readFailed, .outOfMemory, .permissionDenied, .libraryMissing,
        .functionMissing, .notFound:
        return nil
      default: return .damaged
      }
    }
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

/// Names by which people expect a recording: such a file in a folder is reported when it is none.
enum RecordingName {
  private static let endings: Set<String> = [
    "3gp", "aac", "ac3", "aif", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dts", "dv",
    "flac", "flv", "m2ts", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg",
    "mpg",
    "mts", "mxf", "oga", "ogg", "ogv", "opus", "ra", "rm", "ts", "tta", "vob", "w64", "wav", "webm",
    "wma", "wmv", "wv",
  ]

  static func isExpected(_ path: String) -> Bool {
    guard let dot = path.lastIndex(of: ".") else { return false }
    return endings.contains(path[path.index(after: dot)...].lowercased())
  }
}
