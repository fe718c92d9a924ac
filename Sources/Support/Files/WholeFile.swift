import Foundation

/// Files that are read as a whole.
package enum WholeFile {
  /// It cannot be read.
  package struct Unreadable: Error, Sendable, Hashable {
    /// `errno`; `EISDIR` for a folder, `ESPIPE` for a pipe, a device or a socket, and `EFBIG` for a file
    /// that is larger than it may be.
    package let code: Int32

    /// An error by its number.
    package init(code: Int32) { self.code = code }
  }

  /// Bytes of a state or a text file at most, where nothing else is said.
  package static let most = 64 << 20

  /// The bytes of a regular file of at most `limit` bytes; where `takesPipe`, of a pipe, too.
  ///
  /// Anything else may have no end, or may never begin. `FileManager.contents(atPath:)` leaks a page at
  /// every empty file (Foundation of Swift 6.3), and does not tell why a file cannot be read.
  package static func read(
    _ path: String, limit: Int = most, takesPipe: Bool = false
  ) throws(Unreadable) -> Data {
    let file = try RegularFile(path, takesPipe: takesPipe)
    guard file.size <= limit else { throw Unreadable(code: EFBIG) }
    // One byte more tells the end; a file that grows meanwhile is read on.
    var data = Data(count: file.size + 1)
    var used = 0
    while true {
      let count = data.withUnsafeMutableBytes {
        file.read(UnsafeMutableRawBufferPointer(rebasing: $0[used...]))
      }
      guard count >= 0 else { throw Unreadable(code: errno) }
      if count == 0 { break }
      used += count
      guard used <= limit else { throw Unreadable(code: EFBIG) }
      if used == data.count { data.count += max(used, 4096) }
    }
    data.count = used
    return data
  }
}

/// A regular file, or a pipe, that is open for reading.
struct RegularFile: ~Copyable {
  /// Bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`; a pipe is only waited for where one is taken.
  init(_ path: String, takesPipe: Bool = false) throws(WholeFile.Unreadable) {
    let flags = O_RDONLY | (takesPipe ? 0 : O_NONBLOCK) | O_CLOEXEC
    let opened = open(path.fileBytes, flags)
    guard opened >= 0 else { throw WholeFile.Unreadable(code: errno) }
    var status = stat()
    let code = fstat(opened, &status) == 0 ? Self.code(status.st_mode, takesPipe) : errno
    guard code == 0 else {
      close(opened)
      throw WholeFile.Unreadable(code: code)
    }
    descriptor = opened
    size = Int(status.st_size)
  }

  private static func code(_ mode: mode_t, _ takesPipe: Bool) -> Int32 {
    switch mode & S_IFMT {
    case S_IFREG: 0
    case S_IFIFO where takesPipe: 0
    case S_IFDIR: EISDIR
    default: ESPIPE
    }
  }

  /// Reads on into `bytes`; 0 at the end of the file, -1 and `errno` where that fails.
  borrowing func read(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Foundation.read(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 || errno != EINTR { return count }
    }
  }

  deinit { close(descriptor) }
}

extension SHA256 {
  /// Digest of the regular file at `path`, read piece by piece, as lower-case hexadecimal digits.
  package static func hexDigest(ofFile path: String) throws(WholeFile.Unreadable) -> String {
    let file = try RegularFile(path)
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { file.read($0) }
      guard count >= 0 else { throw WholeFile.Unreadable(code: errno) }
      if count == 0 { return hash.finish() }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
