import Foundation

/// Recordings made by the `ffmpeg` program when a test first asks for them, in a folder that goes
/// when the process ends.
package enum Recording {
  /// ffmpeg gave up.
  package struct Failed: Error { let name: String }

  /// Whether there is an `ffmpeg`.
  package static let canMake = shell("ffmpeg -version > /dev/null 2>&1")

  private static let folder: URL = {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "viseme-recordings-\(getpid())", directoryHint: .isDirectory)
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: Recording.folder) }
    return url
  }()
  /// What has been made; touched only while `lock` is held. (The thread sanitizer sees into NSLock but
  /// not into `Synchronization.Mutex`, where it reports races that are none.)
  nonisolated(unsafe) private static var made: Set<String> = []
  private static let lock = NSLock()

  /// Path of the recording `name`, which ffmpeg makes of these arguments (all but the output).
  package static func make(_ name: String, _ arguments: [String]) throws -> String {
    let path = folder.appending(path: name).path
    try lock.withLock {
      guard !made.contains(name) else { return }
      let words = ["ffmpeg", "-y", "-nostdin", "-v", "error"] + arguments + [path]
      guard shell(words.map(quoted).joined(separator: " ")) else { throw Failed(name: name) }
      made.insert(name)
    }
    return path
  }

  private static func quoted(_ word: String) -> String {
    "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// Runs a command line; true when it succeeds. (Foundation's `Process` leaks a few bytes a run,
  /// which the leak sanitizer reports.)
  private static func shell(_ command: String) -> Bool {
    guard let pipe = popen(command, "r") else { return false }
    while fgetc(pipe) != EOF {}
    return pclose(pipe) == 0
  }
}
