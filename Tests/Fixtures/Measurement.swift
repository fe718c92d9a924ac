import Foundation

/// Figures behind a test's verdict, for who wants to see how near its bound it came.
package enum Measurement {
  private static let isWanted =
    ProcessInfo.processInfo.environment["VISEME_TEST_FIGURES"] != nil

  /// Writes a line to standard error when `VISEME_TEST_FIGURES` is set.
  package static func note(_ line: @autoclosure () -> String) {
    guard isWanted else { return }
    FileHandle.standardError.write(Data((line() + "\n").utf8))
  }
}
