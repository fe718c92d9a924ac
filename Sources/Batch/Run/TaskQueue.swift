import Foundation

/// Hands recordings to those who work on them: in order, as memory allows, and again later those that
/// must wait.
///
/// `@unchecked Sendable`: everything but `condition` and `budget`, which never change, is private and
/// touched only between `condition.lock()` and `condition.unlock()` once `init` is over.
final class TaskQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let budget: Int
  private var pending: [BatchTask]
  private var later: [(task: BatchTask, due: Date)] = []
  private var used = 0
  private var running = 0
  private var isStopped = false

  /// A queue of `tasks`; those handed out take at most `budget` bytes, or there is only one.
  init(_ tasks: [BatchTask], budget: Int) {
    // Taken from the end.
    pending = tasks.reversed()
    self.budget = budget
  }

  /// The next recording, waited for; nil when there is none left, or when the queue was stopped.
  /// `finished` must follow for each.
  func next() -> BatchTask? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped {
      let now = Date()
      let due = later.filter { $0.due <= now }
      later.removeAll { $0.due <= now }
      pending = due.map(\.task) + pending
      if let index = pending.lastIndex(where: { used + $0.memory <= budget || running == 0 }) {
        let task = pending.remove(at: index)
        used += task.memory
        running += 1
        return task
      }
      if pending.isEmpty, later.isEmpty { return nil }
      if let due = later.map(\.due).min() {
        _ = condition.wait(until: due)
      } else {
        condition.wait()
      }
    }
    return nil
  }

  /// Says that a recording is dealt with, or is to be handed out again after `delay` seconds, to
  /// whoever asks first.
  func finished(_ task: BatchTask, again delay: Double? = nil) {
    condition.lock()
    defer { condition.unlock() }
    used -= task.memory
    running -= 1
    if let delay { later.append((task, Date(timeIntervalSinceNow: delay))) }
    condition.broadcast()
  }

  /// Hands out nothing more.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    condition.broadcast()
  }
}
