import Glibc

/// Why a file could not be written; `code` is the system's `errno`.
package enum FileSinkError: Error, Hashable {
  case cannotCreate(path: String, code: Int32)
  case cannotWrite(path: String, code: Int32)
}

/// A text file that appears under its name only once it is complete.
///
/// Text goes to a hidden file beside it, which `close` renames; a sink that is dropped before
/// leaves nothing behind. What is not a regular file (a pipe, a terminal, `/dev/null`) is written
/// to directly.
package struct FileSink: ~Copyable, TextSink {
  private static let capacity = 1 << 16

  private let path: String
  private let descriptor: Int32
  /// Where the text lies until it is complete; nil where it is written in place.
  private let temporary: String?
  private let ownsDescriptor: Bool
  private var isOpen = true
  private var buffer: [UInt8] = []

  /// Starts a file that takes the place of the one at `path`, if any.
  package init(path: String) throws(FileSinkError) {
    self.path = Self.resolved(path)
    ownsDescriptor = true
    var status = stat()
    if stat(self.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      temporary = nil
      descriptor = open(self.path, O_WRONLY | O_CLOEXEC)
    } else {
      let name = Self.temporaryName(for: self.path)
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else {
      isOpen = false
      throw .cannotCreate(path: path, code: errno)
    }
  }

  /// Writes to a descriptor that stays the caller's, such as that of standard output; `name` is
  /// what errors call it.
  package init(descriptor: Int32, name: String) {
    path = name
    self.descriptor = descriptor
    temporary = nil
    ownsDescriptor = false
  }

  deinit {
    guard isOpen, ownsDescriptor else { return }
    _ = Glibc.close(descriptor)
    if let temporary { unlink(temporary) }
  }

  package mutating func write(_ text: String) throws(FileSinkError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.capacity { try flush() }
  }

  /// Hands all text so far to the system.
  package mutating func flush() throws(FileSinkError) {
    var written = 0
    while written < buffer.count {
      let count = buffer[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .cannotWrite(path: path, code: errno) }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the rest and gives the file its name.
  package consuming func close() throws(FileSinkError) {
    try flush()
    guard ownsDescriptor else { return }
    isOpen = false
    // Some file systems report a full disk only now.
    var code = Glibc.close(descriptor) == 0 ? 0 : errno
    guard let temporary else {
      if code != 0 { throw .cannotWrite(path: path, code: code) }
      return
    }
    if code == 0, rename(temporary, path) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw .cannotWrite(path: path, code: code)
    }
  }

  /// The file that a symbolic link leads to, so that the link stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func temporaryName(for path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder).viseme-\(unique).partial"
  }
}
