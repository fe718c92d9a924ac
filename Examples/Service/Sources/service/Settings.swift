import Foundation

/// What the service grants, from environment variables such as `SERVICE_PORT`.
struct Settings: Sendable {
  /// The address that is listened on. The service knows no users: a proxy that does stands before it.
  var host = "127.0.0.1"
  /// 0 for one that is free.
  var port = 8080
  /// Recordings that are transcribed at once, with one thread each.
  var running = ProcessInfo.processInfo.activeProcessorCount
  /// Recordings that may wait, from the first byte of their upload on.
  var waiting = 8
  /// Bytes of the largest recording; the disk must hold `running + waiting` of them.
  var largest = 2 << 30
  /// Connections at once.
  var connections = 64
  /// Seconds without a byte of a request after which its connection is closed.
  var patience = 30

  /// A variable that is no number in its range.
  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }

  init(_ environment: [String: String]) throws(Unusable) {
    host = environment["SERVICE_HOST"] ?? host
    func number(_ name: String, _ usual: Int, in range: ClosedRange<Int>) throws(Unusable) -> Int {
      guard let text = environment[name] else { return usual }
      guard let value = Int(text), range.contains(value) else {
        throw Unusable(
          description: "\(name) is '\(text)', not \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    port = try number("SERVICE_PORT", port, in: 0...65_535)
    running = try number("SERVICE_RUNNING", running, in: 1...1024)
    waiting = try number("SERVICE_WAITING", waiting, in: 0...100_000)
    largest = try number("SERVICE_LARGEST", largest, in: 1...(1 << 50))
    connections = try number("SERVICE_CONNECTIONS", connections, in: 1...100_000)
    patience = try number("SERVICE_PATIENCE", patience, in: 1...3600)
  }
}
