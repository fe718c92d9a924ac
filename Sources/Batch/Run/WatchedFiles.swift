import Support
import Dispatch
import Foundation

/// Tells recordings that are complete from those that are still being written.
///
/// A file is complete when nobody has it open for writing, as far as this machine knows, and it has
/// not changed for a while.
struct WatchedFiles {
  /// Seconds for which a file must not change.
  let settling: Double
  private var seen: [String: (identity: InputContent.Identity, since: UInt64)] = [:]
  private var handled: [String: InputContent.Identity] = [:]

  init(settling: Double) {
    self.settling = settling
  }

  /// Whether a file should be worked on now.
  mutating func isWanted(_ path: String, _ identity: InputContent.Identity) -> Bool {
    if handled[path] == identity { return false }
    let now = DispatchTime.now().uptimeNanoseconds
    let since: UInt64
    if let before = seen[path], before.identity == identity {
      since = before.since
    } else {
      // What is old by the clock was complete before anybody watched.
      let age = Date().timeIntervalSince1970 - Double(identity.modified) * 1e-9
      since = seen[path] == nil && age > settling ? 0 : now
      seen[path] = (identity, since)
    }
    guard Double(now - since) * 1e-9 >= settling || since == 0 else { return false }
    return !Self.isBeingWritten(path)
  }

  /// Says that a file is worked on as it was last seen.
  mutating func handled(_ path: String) {
    seen[path].map { handled[path] = $0.identity }
  }

  /// Says that a file was not worked on after all.
  mutating func forget(_ path: String) {
    handled[path] = nil
  }

  /// Whether a process of this machine has the file open for writing. A read lease is only given
  /// where none has (fcntl(2), F_SETLEASE); where the file system has no leases, nothing is known.
  private static func isBeingWritten(_ path: String) -> Bool {
    let descriptor = open(path.fileBytes, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard fcntl(descriptor, setLease, F_RDLCK) != 0 else {
      _ = fcntl(descriptor, setLease, F_UNLCK)
      return false
    }
    return errno == EAGAIN
  }

  /// F_SETLEASE of linux/fcntl.h, which Glibc's module does not show.
  private static let setLease: Int32 = 1024
}
