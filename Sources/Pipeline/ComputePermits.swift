import Dispatch

/// Keeps the number of busy threads at what was asked for: stages run on queues of their own, and
/// each takes a permit for a piece of work (a block, a segment, a decoder step).
///
/// `@unchecked Sendable`: a `DispatchSemaphore` may be used from any thread; nothing else is held.
struct ComputePermits: @unchecked Sendable {
  private let semaphore: DispatchSemaphore

  /// At most `threads` pieces of work at a time.
  init(threads: Int) {
    semaphore = DispatchSemaphore(value: max(threads, 1))
  }

  /// Does one piece of work when a permit is free; the wait for it counts as the stage's waiting.
  func work<Result: ~Copyable, Failure: Error>(
    _ clock: StageClock, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    clock.starved { semaphore.wait() }
    defer { semaphore.signal() }
    return try body()
  }
}
