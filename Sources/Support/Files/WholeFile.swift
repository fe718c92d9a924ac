import Foundation

/// Files that are read as a whole.
package enum WholeFile {
  /// It cannot be read.
  package struct Unreadable: Error, Sendable, Hashable {
    /// `errno`.
    package let code: Int32
  }

  /// The bytes of a file, at most the first `limit` of them.
  ///
  /// `FileManager.contents(atPath:)` leaks a page at every empty file (Foundation of Swift 6.3), and
  /// does not tell why a file cannot be read.
  package static func read(_ path: String, limit: Int = .max) throws(Unreadable) -> Data {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Unreadable(code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Unreadable(code: errno) }
    // One byte more tells the end; a file that grows meanwhile is read on.
    var data = Data(count: min(Int(status.st_size) + 1, limit))
    var used = 0
    while used < limit {
      let count = data.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress?.advanced(by: used), $0.count - used)
      }
      if count > 0 {
        used += count
        if used == data.count { data.count += min(max(used, 4096), limit - used) }
      } else if count == 0 {
        break
      } else if errno != EINTR {
        throw Unreadable(code: errno)
      }
    }
    data.count = used
    return data
  }
}
