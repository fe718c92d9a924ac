import Foundation

/// The right to change a store, held by one process (and one thread) at a time; the kernel gives
/// it back when the process ends, however it ends.
struct StoreLock: ~Copyable {
  private let descriptor: Int32

  /// Waits for the lock of the store in `root`; calls `onWait` first when another holds it.
  init(root: URL, onWait: () -> Void) throws(ModelStoreError) {
    let path = root.appending(path: ".lock").path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .cannotWrite(path: path, SystemError(code: errno))
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    onWait()
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let code = errno
        close(descriptor)
        throw .cannotWrite(path: path, SystemError(code: code))
      }
    }
  }

  deinit {
    close(descriptor)
  }
}
