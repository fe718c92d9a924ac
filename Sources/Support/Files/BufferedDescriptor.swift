import Foundation

/// Text gathered into large writes to a file descriptor.
package struct BufferedDescriptor: ~Copyable {
  private static let limit = 64 * 1024
  private let descriptor: Int32
  private let path: String
  private let isOwned: Bool
  private var buffer: [UInt8] = []

  /// Writes to `descriptor`, which is closed at the end when owned; errors name `path`.
  package init(descriptor: Int32, path: String, isOwned: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isOwned = isOwned
  }

  /// Adds text, as UTF-8; it may stay in the buffer until `flush()`.
  package mutating func write(_ text: String) throws(AtomicFileError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.limit { try flush() }
  }

  /// Adds bytes; they may stay in the buffer until `flush()`.
  package mutating func write(bytes: some Collection<UInt8>) throws(AtomicFileError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.limit { try flush() }
  }

  /// Writes what the buffer holds. After an error the buffer's content is dropped.
  package mutating func flush() throws(AtomicFileError) {
    defer { buffer.removeAll(keepingCapacity: true) }
    var done = 0
    while done < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw Self.failure(errno, path)
      }
    }
  }

  /// Waits until the disk has what was flushed; a pipe or device needs no such thing.
  mutating func synchronize() throws(AtomicFileError) {
    guard fsync(descriptor) != 0, errno != EINVAL, errno != EROFS else { return }
    throw Self.failure(errno, path)
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  private static func failure(_ code: Int32, _ path: String) -> AtomicFileError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EPIPE: .brokenPipe(path: path)
    default: .writeFailed(path: path, code: code)
    }
  }
}
