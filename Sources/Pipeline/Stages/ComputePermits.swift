import Foundation

/// Keeps the number of busy threads at what was asked for. Stages run on threads of their own, and
/// each takes a permit for a piece of work (a block, a segment, a decoder step).
///
/// What feeds the others goes first: with their queue kept full, readers find a segment whenever
/// they have room for one.
///
/// `@unchecked Sendable`: `free` and `feeders` are private and are touched only between
/// `condition.lock()` and `condition.unlock()` once `init` is over; `condition` never changes.
final class ComputePermits: @unchecked Sendable {
  /// Who comes first.
  enum Turn {
    /// Work that feeds other stages.
    case feeding
    /// All other work.
    case reading
  }

  private let condition = NSCondition()
  private var free: Int
  /// Threads of `.feeding` that wait.
  private var feeders = 0

  /// At most `threads` pieces of work at a time.
  init(threads: Int) {
    free = max(threads, 1)
  }

  /// Allows so many pieces of work more at a time.
  func add(threads: Int) {
    condition.lock()
    defer { condition.unlock() }
    free += threads
    condition.broadcast()
  }

  /// Threads of `.feeding` that wait now.
  var waitingFeeders: Int {
    condition.lock()
    defer { condition.unlock() }
    return feeders
  }

  /// Does one piece of work when a permit is free; the wait for it counts as the stage's waiting.
  func work<Result: ~Copyable, Failure: Error>(
    _ clock: StageClock, _ turn: Turn = .reading, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    clock.starved { take(turn) }
    defer { giveBack() }
    return try clock.busy(body)
  }

  private func take(_ turn: Turn) {
    condition.lock()
    defer { condition.unlock() }
    switch turn {
    case .feeding:
      feeders += 1
      while free == 0 { condition.wait() }
      feeders -= 1
      // Readers that made way may take what is left.
      if free > 1 { condition.broadcast() }
    case .reading:
      while free == 0 || feeders > 0 { condition.wait() }
    }
    free -= 1
  }

  private func giveBack() {
    condition.lock()
    defer { condition.unlock() }
    free += 1
    condition.broadcast()
  }
}
