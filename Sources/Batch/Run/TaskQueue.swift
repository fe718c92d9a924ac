import Foundation

/// Hands recordings to those who work on them: in order, as memory allows, and again later those that
/// must wait.
///
/// `@unchecked Sendable`: everything but `condition` and `limits`, which never change, is private and
/// touched only between `condition.lock()` and `condition.unlock()` once `init` is over.
final class TaskQueue: @unchecked Sendable {
  /// How much may be handed out at once.
  struct Limits: Sendable {
    /// Bytes that open recordings may take; one is always allowed.
    var bytes = Int.max
    /// While fewer recordings are open, another may follow.
    var few = Int.max
    /// While open recordings have fewer seconds, another may follow: enough to fill the readers'
    /// batches. More would only be lost when the process is killed.
    var seconds = Double.infinity
  }

  private let condition = NSCondition()
  private let limits: Limits
  private var pending: [BatchTask]
  private var later: [(task: BatchTask, due: Date)] = []
  private var running: [BatchTask] = []
  private var isStopped = false

  /// A queue of `tasks`.
  init(_ tasks: [BatchTask], limits: Limits = Limits()) {
    // Taken from the end.
    pending = tasks.reversed()
    self.limits = limits
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
      if let index = firstAllowed() {
        let task = pending.remove(at: index)
        running.append(task)
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
    if let index = running.firstIndex(where: { $0.item == task.item }) {
      running.remove(at: index)
    }
    if let delay { later.append((task, Date(timeIntervalSinceNow: delay))) }
    condition.broadcast()
  }

  /// The lock must be held.
  private func firstAllowed() -> Int? {
    if running.isEmpty { return pending.indices.last }
    let isWanted =
      running.count < limits.few || running.reduce(0) { $0 + $1.weight } < limits.seconds
    guard isWanted else { return nil }
    let used = running.reduce(0) { $0 + $1.memory }
    return pending.lastIndex { $0.memory <= limits.bytes - used }
  }

  /// Hands out nothing more.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    condition.broadcast()
  }
}
