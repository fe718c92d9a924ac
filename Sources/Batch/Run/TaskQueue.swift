import Dispatch
import Foundation
import Pipeline

/// Hands recordings to those who work on them: in order, as memory allows, and again later those that
/// must wait.
///
/// `@unchecked Sendable`: everything but `condition`, `limits`, `slowStart` and `isIdle`, which never
/// change, is private and touched only between `condition.lock()` and `condition.unlock()` once `init` is
/// over.
final class TaskQueue: @unchecked Sendable {
  /// How much may be handed out at once.
  struct Limits: Sendable {
    /// Bytes that open recordings may take; one is always allowed.
    var bytes = Int.max
    /// Recordings in work at once.
    var recordings = Int.max
    /// Recordings in work at once before any is finished. Four that are finished make room for one
    /// more, and so does a reader without work, whom others may keep waiting for long. What is in work
    /// is lost when the process is killed: so it is never much beside what the process has done.
    var first = Int.max
    /// Recordings that are cut into segments at once: so many keep the readers busy.
    var feeding = Int.max
    /// While recordings in work have fewer seconds, all of `feeding` are allowed, else only one: with
    /// none, readers would have nothing to read next.
    var seconds = Double.infinity
  }

  private struct Running {
    let task: BatchTask
    var isCut = false
    /// Its segments were read before.
    var isRestored = false

    /// It gives readers something to do.
    var feeds: Bool { !isCut && !isRestored }
  }

  /// Seconds after which those who were refused look again whether readers are idle.
  private static let patience = 0.02

  private let condition = NSCondition()
  private let limits: Limits
  private let isIdle: @Sendable () -> Bool
  private let slowStart: SlowStart
  /// The next one is the last.
  private var pending: [BatchTask] = []
  /// With the time of each by the clock that nobody sets, in nanoseconds.
  private var later: [(task: BatchTask, due: UInt64)] = []
  private var running: [BatchItem: Running] = [:]
  private var worked = 0
  /// A wake-up is on its way.
  private var willLookAgain = false
  private var isClosed = false
  private var isStopped = false

  /// An empty queue; `isIdle` tells whether readers have nothing to do. Until `slowStart` is over there
  /// is one recording in work, and the shortest come first.
  init(
    limits: Limits = Limits(), slowStart: SlowStart = .none,
    isIdle: @escaping @Sendable () -> Bool = { false }
  ) {
    self.limits = limits
    self.slowStart = slowStart
    self.isIdle = isIdle
    // Who waits shall look again; the queue itself is not kept.
    _ = slowStart.onEnd { [condition] in
      condition.lock()
      condition.broadcast()
      condition.unlock()
    }
  }

  /// Adds recordings after those that wait, in their order.
  func add(_ tasks: [BatchTask]) {
    locked {
      pending.insert(contentsOf: tasks.reversed(), at: 0)
      condition.broadcast()
    }
  }

  /// Says that nothing will be added: who asks then need not wait for it.
  func close() {
    locked {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Hands out nothing more.
  func stop() {
    locked {
      isStopped = true
      condition.broadcast()
    }
  }

  /// Takes back what was not handed out.
  func withdraw() -> [BatchTask] {
    locked {
      defer { (pending, later) = ([], []) }
      condition.broadcast()
      return pending.reversed() + later.map(\.task)
    }
  }

  /// Whether a recording waits or is in work.
  func holds(_ item: BatchItem) -> Bool {
    locked {
      running[item] != nil || pending.contains { $0.item == item }
        || later.contains { $0.task.item == item }
    }
  }

  /// The next recording, waited for; nil when the queue is empty or was stopped.
  /// `finished` must follow for each.
  func next() -> BatchTask? {
    locked {
      while !isStopped {
        takeDue()
        if let index = firstAllowed() {
          let task = pending.remove(at: index)
          running[task.item] = Running(task: task)
          return task
        }
        if isClosed, pending.isEmpty, later.isEmpty { return nil }
        if dependsOnReaders { lookAgain() }
        condition.wait()
      }
      return nil
    }
  }

  /// Says that a recording was cut into segments and all were handed to readers.
  func cut(_ task: BatchTask) {
    locked {
      guard running[task.item]?.isCut == false else { return }
      running[task.item]?.isCut = true
      condition.broadcast()
    }
  }

  /// Says whether segments of a recording are such that were read before, which feed no reader: then
  /// another recording may.
  func restores(_ task: BatchTask, _ isRestored: Bool) {
    locked {
      guard let before = running[task.item]?.isRestored, before != isRestored else { return }
      running[task.item]?.isRestored = isRestored
      condition.broadcast()
    }
  }

  /// Says that a recording is dealt with, by work or by looking at what was done before, or is
  /// handed out again after `delay` seconds.
  func finished(_ task: BatchTask, byWork: Bool = false, again delay: Double? = nil) {
    locked {
      running[task.item] = nil
      if byWork { worked += 1 }
      if let delay {
        let due = DispatchTime.now() + delay
        later.append((task, due.uptimeNanoseconds))
        wake(at: due)
      }
      condition.broadcast()
    }
  }

  /// Has those who wait look again then. `NSCondition` itself waits by the clock of the day: set back by an
  /// hour, that would keep a recording waiting for an hour.
  private func wake(at time: DispatchTime) {
    DispatchQueue.global().asyncAfter(deadline: time) { [weak self] in
      guard let self else { return }
      locked {
        self.willLookAgain = false
        self.condition.broadcast()
      }
    }
  }

  /// Has those who wait look again soon. The lock must be held.
  private func lookAgain() {
    guard !willLookAgain else { return }
    willLookAgain = true
    wake(at: .now() + Self.patience)
  }

  /// The lock must be held.
  private func takeDue() {
    guard !later.isEmpty else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    let due = later.filter { $0.due <= now }
    later.removeAll { $0.due <= now }
    pending.insert(contentsOf: due.map(\.task), at: 0)
  }

  /// The lock must be held.
  private func firstAllowed() -> Int? {
    if running.isEmpty { return first { _ in true } }
    guard !pending.isEmpty, mayFollow else { return nil }
    let used = running.values.reduce(0) { $0 + $1.task.memory }
    return first { $0.memory <= limits.bytes - used }
  }

  /// The next recording that `isAllowed`; in a slow start the shortest, where each worker's death counts as
  /// twice the length. So one that kills its worker does not keep the others waiting for long.
  private func first(where isAllowed: (BatchTask) -> Bool) -> Int? {
    guard !slowStart.isOver else { return pending.lastIndex(where: isAllowed) }
    return pending.indices.filter { isAllowed(pending[$0]) }.min {
      pending[$0].slowWeight < pending[$1].slowWeight
    }
  }

  /// Whether another recording may be in work beside those that are.
  private var mayFollow: Bool {
    guard running.count < limits.recordings else { return false }
    if isManyYet { return feeding == 0 && isIdle() }
    let seconds = running.values.reduce(0) { $0 + $1.task.weight }
    return feeding < (seconds < limits.seconds ? limits.feeding : 1)
  }

  /// Whether another recording follows as soon as a reader is idle, of which nobody tells.
  private var dependsOnReaders: Bool {
    !pending.isEmpty && running.count < limits.recordings && isManyYet && feeding == 0
  }

  /// Recordings that are being cut and read.
  private var feeding: Int { running.values.count(where: \.feeds) }

  /// Whether more are in work than should be, beside what was finished.
  private var isManyYet: Bool {
    guard slowStart.isOver else { return !running.isEmpty }
    return limits.first < .max && running.count >= limits.first + worked / 4
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
