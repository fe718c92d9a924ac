import Foundation

/// A command run to its end. Foundation's `Process` leaves weak references behind, which the leak
/// sanitizer reports.
enum ChildProcess {
  /// Held while a pipe is made and a command started, so that no command inherits another's pipe.
  private static let starting = NSLock()

  /// Starts a command found on the PATH.
  static func start(_ arguments: [String]) throws -> pid_t {
    try starting.withLock { try spawn(arguments, output: nil) }
  }

  /// Waits for a command and returns its exit status; -1 when a signal ended it.
  static func wait(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
  }

  /// Runs a command to its end and returns its standard output and exit status.
  static func run(_ arguments: [String]) throws -> (output: [UInt8], status: Int32) {
    let (child, descriptor) = try starting.withLock {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw failure(errno) }
      defer { close(ends[1]) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (try spawn(arguments, output: ends[1]), ends[0])
    }
    defer { close(descriptor) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      output += buffer[..<count]
    }
    return (output, wait(child))
  }

  private static func spawn(_ arguments: [String], output: Int32?) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
    var strings: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, arguments[0], &actions, nil, &strings, environ)
    guard code == 0 else { throw failure(code) }
    return child
  }

  private static func failure(_ code: Int32) -> POSIXError {
    POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL)
  }
}
