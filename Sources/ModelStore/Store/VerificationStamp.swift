import Foundation
import Support

/// What was verified last, so that starting does not hash 27 MB each time.
///
/// `.verified` in a model's folder holds a line for each file: its identity when its checksum was
/// last computed (size, times of change of contents and of inode in nanoseconds, inode, device),
/// that checksum, and its name. A file with the same identity is taken as unchanged; any other is
/// hashed again. The stamp saves time only: without it, or where it cannot be written, all is
/// hashed each time.
struct VerificationStamp {
  fileprivate static let fileName = ".verified"
  /// Five of the identity, checksum, name.
  private static let fieldCount = 7

  private let url: URL
  private var lines: [String: String] = [:]

  /// Reads the stamp in `folder`; an unreadable one is empty.
  init(in folder: URL) {
    url = folder.appending(path: Self.fileName)
    guard let data = try? WholeFile.read(url.path, limit: 1 << 20) else { return }
    let text = String(decoding: data, as: UTF8.self)
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == Self.fieldCount, let name = fields.last else { continue }
      lines[String(name)] = String(line)
    }
  }

  /// Whether `file` has not changed since it was found to have its checksum.
  func covers(_ file: Manifest.File, at path: String) -> Bool {
    guard let line = lines[file.name] else { return false }
    return line == Self.line(for: file, at: path)
  }

  /// Records that `file` has its checksum now. `identity` was taken before it was read.
  mutating func record(_ file: Manifest.File, identity: FileIdentity) {
    lines[file.name] = Self.line(for: file, identity: identity)
  }

  /// Writes the stamp, if the folder can be written to.
  func save() {
    let text = lines.sorted { $0.key < $1.key }.map { $0.value + "\n" }.joined()
    try? Data(text.utf8).write(to: url, options: .atomic)
  }

  private static func line(for file: Manifest.File, at path: String) -> String? {
    FileIdentity(path: path).map { line(for: file, identity: $0) }
  }

  private static func line(for file: Manifest.File, identity: FileIdentity) -> String {
    "\(identity.description) \(file.sha256) \(file.name)"
  }
}

/// What tells one state of a file from another without reading it.
struct FileIdentity: Equatable, CustomStringConvertible {
  let size: Int
  private let modified: timespec
  private let changed: timespec
  private let inode: UInt
  private let device: UInt

  /// The identity of the regular file at `path`, or nil if there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(status.st_size)
    modified = status.st_mtim
    changed = status.st_ctim
    inode = UInt(status.st_ino)
    device = UInt(status.st_dev)
  }

  /// Whether its inode changed after that of `other`.
  func isYounger(than other: FileIdentity) -> Bool {
    (changed.tv_sec, changed.tv_nsec) > (other.changed.tv_sec, other.changed.tv_nsec)
  }

  var description: String {
    "\(size) \(modified.tv_sec).\(modified.tv_nsec) \(changed.tv_sec).\(changed.tv_nsec) "
      + "\(inode) \(device)"
  }

  static func == (left: FileIdentity, right: FileIdentity) -> Bool {
    left.description == right.description
  }
}

extension ModelStore {
  /// Whether none of the files in a model's folder has changed since all were last verified, by the folder
  /// alone.
  package static func isVerified(_ folder: String) -> Bool {
    guard let stamp = FileIdentity(path: "\(folder)/\(VerificationStamp.fileName)") else {
      return false
    }
    let names = (try? FolderNames.read(folder)) ?? []
    return names.allSatisfy { name in
      guard let file = FileIdentity(path: "\(folder)/\(name)") else { return true }
      return !file.isYounger(than: stamp)
    }
  }
}
