import Foundation
import Support

/// What tells one recording from another without reading it: size, time of the last change and a
/// hash of its head and tail.
package struct InputContent: Sendable, Hashable, Codable {
  /// Bytes of the head and of the tail that are hashed, each.
  static let sample = 65_536

  /// What the file system says of a file. While none of it changes, neither does the content: a
  /// write sets the time of the last change, and setting that back sets the other one.
  package struct Identity: Sendable, Hashable, Codable {
    package var size: Int64
    /// Nanoseconds since 1970; a time after 2262 counts as its beginning.
    package var modified: Int64
    /// Nanoseconds since 1970; when content, name or rights last changed.
    package var changed: Int64
    package var inode: UInt64
  }

  package var identity: Identity
  /// SHA-256 of the first and the last 64 KiB, sixteen hexadecimal digits.
  package var hash: String
}

/// Why a file cannot be an input.
package enum InputFault: Error, Sendable, Hashable {
  /// The value is `errno`.
  case unreadable(Int32)
  case isDirectory
  /// A pipe, device or socket: only a regular file can be told from another and read again.
  case notAFile
}

extension InputContent.Identity {
  /// Looks at the file at `path`.
  package init(of path: String) throws(InputFault) {
    var status = stat()
    guard stat(path.fileBytes, &status) == 0 else { throw .unreadable(errno) }
    try self.init(status)
  }

  init(_ status: stat) throws(InputFault) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isDirectory
    default: throw .notAFile
    }
    size = Int64(status.st_size)
    modified = status.st_mtim.nanoseconds
    changed = status.st_ctim.nanoseconds
    inode = UInt64(status.st_ino)
  }
}

extension InputContent {
  /// Looks at the file at `path`; its bytes are only read when it is not the one known as `before`.
  package init(of path: String, before: InputContent?) throws(InputFault) {
    let identity = try Identity(of: path)
    if let before, before.identity == identity {
      self = before
      return
    }
    self.identity = identity
    hash = try Self.hash(of: path, size: identity.size)
  }

  private static func hash(of path: String, size: Int64) throws(InputFault) -> String {
    let descriptor = open(path.fileBytes, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(errno) }
    defer { close(descriptor) }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: sample)
    // The tail begins where the head ends in a file shorter than both.
    for offset in [0, max(Int64(sample), size - Int64(sample))] where offset < max(size, 1) {
      let count = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
      }
      guard count >= 0 else { throw .unreadable(errno) }
      buffer.withUnsafeMutableBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    return String(hash.finish().prefix(16))
  }
}
