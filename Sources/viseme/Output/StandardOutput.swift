import Foundation
import Support

/// Standard output of the commands that print once.
enum StandardOutput {
  /// Prints `text` as it is.
  ///
  /// - Returns: `.success` also when nobody reads it; `.ioError` when it cannot be written.
  static func print(_ text: String, console: Console) -> ExitCode {
    var stream = BufferedDescriptor(
      descriptor: STDOUT_FILENO, path: "standard output", isOwned: false)
    do throws(AtomicFileError) {
      try stream.write(text)
      try stream.flush()
      return .success
    } catch {
      if case .brokenPipe = error { return .success }
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      return failure.code
    }
  }
}
