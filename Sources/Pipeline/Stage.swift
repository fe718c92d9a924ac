import Dispatch

/// How one stage spent a run.
package struct StageTime: Sendable, Hashable {
  /// The stage's name, as given to `Stages`.
  package let name: String
  /// Seconds in which it worked: its wall time less the waiting for its neighbours.
  package let busy: Double
  /// Seconds in which it waited for input.
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

/// Measures one stage: nanoseconds waited, and when it began.
final class StageClock: Sendable {
  private struct Waits {
    var starved: UInt64 = 0
    var blocked: UInt64 = 0
  }

  private let name: String
  private let waits = Guarded(Waits())

  init(name: String) {
    self.name = name
  }

  func starved<Result>(_ wait: () -> Result) -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer { waits.withLock { $0.starved += DispatchTime.now().uptimeNanoseconds - begin } }
    return wait()
  }

  func blocked<Result>(_ wait: () -> Result) -> Result {
    let begin = DispatchTime.now().uptimeNanoseconds
    defer { waits.withLock { $0.blocked += DispatchTime.now().uptimeNanoseconds - begin } }
    return wait()
  }

  func time(since begin: DispatchTime) -> StageTime {
    let elapsed = DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds
    let waited = waits.withLock { $0 }
    let busy = elapsed - min(elapsed, waited.starved + waited.blocked)
    return StageTime(
      name: name, busy: Double(busy) * 1e-9, starved: Double(waited.starved) * 1e-9,
      blocked: Double(waited.blocked) * 1e-9)
  }
}

/// What a stage takes from the stage before it.
package struct StageInput<Element: Sendable>: Sendable {
  let queue: BoundedQueue<Element>
  let clock: StageClock

  /// The next element, waited for; nil when the stage before has finished.
  ///
  /// - Throws: `.cancelled` when the run stops early: let it pass, and do not flush.
  package func next() throws(TranscriptionError) -> Element? {
    switch clock.starved({ queue.pop() }) {
    case .element(let element): element
    case .end: nil
    case .cancelled: throw .cancelled
    }
  }

  /// The next element if it lies ready, else nil at once (more may come later, or may not:
  /// only `next()` tells the end). For gathering a batch without waiting for it to fill.
  ///
  /// - Throws: `.cancelled` when the run stops early.
  package func nextIfReady() throws(TranscriptionError) -> Element? {
    switch queue.popIfReady() {
    case .element(let element): element
    case .end, nil: nil
    case .cancelled: throw .cancelled
    }
  }
}

/// Where a stage puts what it makes.
package struct StageOutput<Element: Sendable>: Sendable {
  let queue: BoundedQueue<Element>
  let clock: StageClock

  /// Hands an element to the next stage, waiting while that is behind.
  ///
  /// - Throws: `.cancelled` when the run stops early: let it pass.
  package func send(_ element: Element) throws(TranscriptionError) {
    guard clock.blocked({ queue.push(element) }) else { throw .cancelled }
  }
}
