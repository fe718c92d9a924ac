import Foundation
import Support

/// The right to work on one recording, as a file that one process at a time can have.
///
/// A file is claimed by linking a complete file to the claim's name, which succeeds for one process
/// only, on NFS too. The holder touches it while it lives (`Claims`). A claim whose process is gone,
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
    if isOurs, utimensat(AT_FDCWD, path.fileBytes, nil, 0) == 0 { return }
    let handler = lost.withLock { state in
      state.isLost = true
      return state.handler
    }
    handler?()
  }

  /// Whether it is held at this moment.
  var isHeld: Bool { !isLost && isOurs }

  private var isOurs: Bool { ClaimFile(at: path)?.text?.nonce == text.nonce }

  /// Gives it back and removes what was not completed.
  func release() {
    folder.settle(text)
    // One that was lost is another's now.
    if isHeld {
      unlink(folder.died(text.key).fileBytes)
      unlink(path.fileBytes)
    }
    TemporaryFiles.forget(path)
  }
}
