import Foundation
import Support

/// What is told of the sandbox.
enum SandboxText {
  /// What is in force; `state` is nil where it was left off.
  static func sentence(_ state: Cage.State?, leavesFiles: Bool) -> String {
    guard let state else { return "sandbox: left off" }
    let files: String
    if leavesFiles {
      files = "files are not restricted (a list's outputs may lie anywhere)"
    } else if let code = state.landlockCode {
      files = "files are not restricted (Landlock: \(cause(code)))"
    } else {
      files = "files and signals (Landlock \(state.landlock ?? 0))"
    }
    let calls =
      state.seccompCode.map { "network and programs are not restricted (seccomp: \(cause($0)))" }
      ?? "network and programs (seccomp)"
    return "sandbox: \(files), \(calls)"
  }

  /// What this machine has: "Landlock 7, seccomp".
  static var available: String {
    let (landlock, seccomp) = Cage.available
    let names = [landlock.map { "Landlock \($0)" }, seccomp ? "seccomp" : nil].compactMap(\.self)
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }

  private static func cause(_ code: Int32) -> String {
    code == ENOSYS ? "not in this kernel" : ErrorText.cause(code)
  }
}
