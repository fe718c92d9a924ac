import Dispatch
import Support

/// How the threads of one stage spent a run.
package struct StageTime: Sendable, Hashable {
  /// The stage's name, as given to `Stages`.
  package let name: String
  /// Seconds in which it worked.
  package let busy: Double
  /// Seconds in which it waited for input or for its turn to compute.
  package let starved: Double
  /// Seconds in which it waited for a place downstream.
  package let blocked: Double

  /// A stage's account, in seconds.
  package init(name: String, busy: Double, starved: Double, blocked: Double) {
    self.name = name
    self.busy = busy
    self.starved = starved
    self.blocked = blocked
  }
}

/// Measures one stage. The times of several threads add up.
final class StageClock: Sendable {
  /// Nanoseconds.
  private struct Sums {
    var busy: UInt64 = 0
    var starved: UInt64 = 0
    var blocked: UInt64 = 0
  }

  private let name: String
  private let sums = Guarded(Sums())

  init(name: String) {
    self.name = name
  }

  /// What was measured so far.
  var time: StageTime {
    let sums = sums.withLock { $0 }
    return StageTime(
      name: name, busy: Double(sums.busy) * 1e-9, starved: Double(sums.starved) * 1e-9,
      blocked: Double(sums.blocked) * 1e-9)
  }

  func busy<Result: ~Copyable, Failure: Error>(
    _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer { add(since: begin) { $0.busy += $1 } }
    return try work()
  }

  func starved<Result>(_ wait: () -> Result) -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer { add(since: begin) { $0.starved += $1 } }
    return wait()
  }

  func blocked<Result>(_ wait: () -> Result) -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer { add(since: begin) { $0.blocked += $1 } }
    return wait()
  }

  private func add(since begin: UInt64, _ sum: (inout Sums, UInt64) -> Void) {
    let elapsed = DispatchTime.now().uptimeNanoseconds - begin
    sums.withLock { sum(&$0, elapsed) }
  }
}
