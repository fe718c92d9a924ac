import Support
import Foundation
import Synchronization

/// Standard error as people read it: whole lines, and on a terminal one line of progress that
/// gives way to them.
final class Console: Sendable {
  private struct State {
    /// What stands in the line of progress now.
    var progress = ""
  }

  /// Bytes of a line at most.
  private static let longestLine = 1000

  /// Whether standard error is a terminal.
  let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())

  /// Prints a line after the program's name.
  func say(_ message: String) {
    line("viseme: \(message)")
  }

  /// Prints a line.
  func line(_ text: String) {
    state.withLock { state in
      let restored = state.progress
      draw("", &state)
      write(displayed(text, most: Self.longestLine) + "\n")
      draw(restored, &state)
    }
  }

  /// Puts `text` into the line of progress; an empty text clears it.
  func progress(_ text: String) {
    guard isTerminal else { return }
    state.withLock { draw(text, &$0) }
  }

  /// Runs `body`, which prints whole lines to standard output, without a line of progress in
  /// the way.
  func aside<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let restored = state.withLock { state in
      defer { draw("", &state) }
      return state.progress
    }
    defer { progress(restored) }
    return try body()
  }

  /// Columns of the terminal; 80 when it does not tell.
  var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func draw(_ text: String, _ state: inout State) {
    guard isTerminal, text != state.progress else { return }
    let limit = max(10, width - 1)
    let fitted = text.count <= limit ? text : String(text.suffix(limit))
    write(
      "\r" + fitted
        + String(repeating: " ", count: max(0, min(state.progress.count, limit) - fitted.count)))
    if text.isEmpty { write("\r") }
    state.progress = text
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let count = Foundation.write(STDERR_FILENO, Array(rest), rest.count)
        // Nobody can be told that standard error cannot be written.
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
