import Demux
import Foundation
import Support

/// What a look into a file's container told.
package enum Probed: Sendable, Hashable {
  /// A recording; its length in seconds where the container tells.
  case recording(seconds: Double?)
  /// In no known recording's format.
  case other
  /// A recording, but nothing can be told of it.
  case damaged
}

/// Looks into files, and remembers what it saw while they do not change.
///
/// The memory is one file of lines to which any number of processes append. What cannot be read in it
/// is looked up again, so it may be deleted at any time.
final class ProbeCache: Sendable {
  /// What a file was like and what was seen in it.
  struct Entry: Sendable {
    var identity: InputContent.Identity
    var probed: Probed
  }

  private let path: String
  private let known: Guarded<[String: Entry]>
  /// Lines that the file does not have yet.
  private let added = Guarded<[String]>([])

  /// A cache in the file at `path`, which is made when there is something to keep.
  init(path: String) {
    self.path = path
    var entries: [String: Entry] = [:]
    _ = try? LineFile.read(path) { line, _ in
      guard let (path, entry) = Entry.parse(line) else { return }
      entries[path] = entry
    }
    known = Guarded(entries)
  }

  /// What lies at `path`, now of this identity.
  func probe(_ path: String, _ identity: InputContent.Identity) -> Probed {
    let name = Self.absolute(path)
    if let entry = known.withLock({ $0[name] }), entry.identity == identity { return entry.probed }
    guard let probed = Self.probe(path) else { return .damaged }
    let entry = Entry(identity: identity, probed: probed)
    known.withLock { $0[name] = entry }
    if !name.utf8.contains(0x0A) { added.withLock { $0.append(entry.line(name)) } }
    return probed
  }

  /// Keeps what is new. It is no harm when that fails.
  func save() {
    let lines = added.withLock { lines in
      defer { lines = [] }
      return lines
    }
    guard !lines.isEmpty else { return }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try? FolderMaker.make(folder)
    let descriptor = open(path.fileBytes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let data = Data(lines.joined().utf8)
    _ = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Nil where another look may tell something else.
  private static func probe(_ path: String) -> Probed? {
    do throws(DemuxError) {
      return .recording(seconds: try Demuxer.probe(path: path).duration)
    } catch {
      if error.lacksMemory { return nil }
      switch error {
      case .notRecognised, .refusedFormat, .picture, .unsupportedFormat, .empty: return .other
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

extension ProbeCache.Entry {
  /// Tab-separated: the identity's four numbers, the length in seconds or what else there is to say, the
  /// path.
  func line(_ path: String) -> String {
    let what =
      switch probed {
      case .recording(let seconds): seconds.map { "\($0)" } ?? "recording"
      case .other: "other"
      case .damaged: "damaged"
      }
    let id = identity
    return "\(id.size)\t\(id.modified)\t\(id.changed)\t\(id.inode)\t\(what)\t\(path)\n"
  }

  /// Nil for what is no whole line.
  static func parse(_ line: Data) -> (path: String, entry: Self)? {
    let fields = line.split(separator: 0x09, maxSplits: 5)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 6, let size = Int64(fields[0]), let modified = Int64(fields[1]),
      let changed = Int64(fields[2]), let inode = UInt64(fields[3])
    else { return nil }
    let probed: Probed
    switch fields[4] {
    case "recording": probed = .recording(seconds: nil)
    case "other": probed = .other
    case "damaged": probed = .damaged
    default:
      guard let seconds = Double(fields[4]), 0...longestTime ~= seconds else { return nil }
      probed = .recording(seconds: seconds)
    }
    let identity = InputContent.Identity(
      size: size, modified: modified, changed: changed, inode: inode)
    return (fields[5], Self(identity: identity, probed: probed))
  }
}

/// Names by which people expect a recording: such a file in a folder is reported when it is no recording.
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
