import Foundation

/// Names in the file system for what this process has open already (fd(4), proc(5)).
package enum OpenDescriptor {
  /// The descriptor that a path names, through links too; nil for all other paths.
  ///
  /// Opening such a path anew would begin at the start of a file, whatever was written to it before.
  package static func number(_ path: String) -> Int32? {
    var path = path
    for _ in 0..<mostLinks {
      if let number = direct(path) { return number }
      guard let link = AtomicFile.linked(path) else { return nil }
      path = link
    }
    return nil
  }

  private static func direct(_ path: String) -> Int32? {
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"]
    guard let folder = folders.first(where: { path.hasPrefix($0) }) else { return nil }
    guard let number = Int32(path.dropFirst(folder.count)), fcntl(number, F_GETFD) >= 0 else {
      return nil
    }
    return number
  }

  private static let mostLinks = 8
}
