import Foundation
import Support

/// The right to work on one recording, as a file that one process at a time can have.
///
/// A file is claimed by linking a complete file to the claim's name, which succeeds for one process
/// only, on NFS too. The holder touches it while it lives (`Claims`); a claim whose process is gone,
/// or that nobody has touched for the time of the lease, is taken away by renaming it, which again
/// succeeds for one process only.
final class Claim: Sendable {
  let folder: StateFolder
  let text: ClaimText
  private let lost = Guarded<(isLost: Bool, handler: (@Sendable () -> Void)?)>((false, nil))

  init(folder: StateFolder, text: ClaimText) {
    self.folder = folder
    self.text = text
  }

  var path: String { folder.claim(text.key) }

  /// Whether another process has taken it.
  var isLost: Bool { lost.withLock { $0.isLost } }

  /// Calls `handler` when the claim is lost.
  func onLoss(_ handler: @escaping @Sendable () -> Void) {
    let isLost = lost.withLock { state in
      state.handler = handler
      return state.isLost
    }
    if isLost { handler() }
  }

  /// Says that it is still held, after making sure that it is.
  func touch() {
    if Self.read(path)?.text.nonce == text.nonce, utimensat(AT_FDCWD, path, nil, 0) == 0 { return }
    let handler = lost.withLock { state in
      state.isLost = true
      return state.handler
    }
    handler?()
  }

  /// Whether it is held at this moment.
  var isHeld: Bool { !isLost && Self.read(path)?.text.nonce == text.nonce }

  /// Gives it back and removes what was not completed.
  func release() {
    folder.settle(text)
    // One that was lost is another's now.
    if isHeld {
      unlink(folder.died(text.key))
      unlink(path)
    }
    TemporaryFiles.forget(path)
  }

  /// A claim's file: what it says and when it was last touched, in nanoseconds by the file system's
  /// clock. Nil where there is none, or none that says anything.
  static func read(_ path: String) -> (text: ClaimText, touched: Int64)? {
    // Opening it has a network file system ask again.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, 4096) }
    guard fstat(descriptor, &status) == 0, count > 0,
      let text = try? JSONDecoder().decode(ClaimText.self, from: Data(buffer[..<count]))
    else { return nil }
    let time = status.st_mtim
    return (text, Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
