import Foundation

/// Files that are read as a whole.
enum WholeFile {
  /// It cannot be read.
  struct Unreadable: Error {
    /// `errno`.
    let code: Int32
  }

  /// The bytes of a file.
  ///
  /// `FileManager.contents(atPath:)` leaks a page at every empty file (Foundation of Swift 6.3), and
  /// does not tell why a file cannot be read.
  static func read(_ path: String) throws(Unreadable) -> Data {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Unreadable(code: errno) }
    defer { close(descriptor) }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        data.append(contentsOf: buffer[..<count])
      } else if count == 0 {
        return data
      } else if errno != EINTR {
        throw Unreadable(code: errno)
      }
    }
  }
}
