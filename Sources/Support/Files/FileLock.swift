import Foundation

/// The right to change what a lock stands for, held by one process (and one thread) at a time, as far
/// as the file system knows locks; the kernel gives it back when the process ends, however it ends.
package struct FileLock: ~Copyable {
  /// There is no lock.
  package struct Unavailable: Error, Sendable, Hashable {
    /// `errno`.
    package let code: Int32
  }

  private let descriptor: Int32

  /// Waits for the lock that the file at `path` stands for, which is made where it is missing; calls
  /// `onWait` first when another holds it.
  package init(file path: String, onWait: () -> Void) throws(Unavailable) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Unavailable(code: errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    onWait()
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let code = errno
        close(descriptor)
        throw Unavailable(code: code)
      }
    }
  }

  /// Takes the folder at `path` without waiting; nil when another process has it or it cannot be
  /// opened. A file system without locks does not keep anybody out.
  package init?(folder path: String) {
    let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}
