import Foundation
import Testing

@testable import Demux

/// Files given to a demuxer through a pipe.
enum Pipes {
  /// Runs a body with the path of a fifo into which a file is written.
  static func feed<T>(_ path: String, _ body: (String) throws -> T) throws -> T {
    let fifo = MediaFixture.directory.appendingPathComponent("fifo-\(UUID().uuidString)").path
    try #require(mkfifo(fifo, 0o600) == 0)
    // The reader may stop before the end, which ends the writer by a signal.
    let writer = try ChildProcess.start([
      "sh", "-c", "exec cat \"$0\" > \"$1\" 2>/dev/null", path, fifo,
    ])
    defer { _ = ChildProcess.wait(writer) }
    return try body(fifo)
  }
}
