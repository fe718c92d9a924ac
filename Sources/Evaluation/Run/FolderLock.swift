import Demux
import Foundation

/// Keeps a folder to one process, as far as its file system knows locks.
struct FolderLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the folder; nil when another process has it or it cannot be opened.
  init?(_ path: String) {
    let opened = open(path.fileBytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}
