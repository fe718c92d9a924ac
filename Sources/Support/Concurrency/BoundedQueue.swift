import Foundation

/// A first-in first-out queue of limited length between two threads or more.
///
/// `push` waits while it is full, which slows a fast producer to the pace of its consumer and
/// keeps memory independent of the length of the recording; `pop` waits while it is empty.
///
/// `@unchecked Sendable`: the ring and `phase` are private and are touched only between
/// `condition.lock()` and `condition.unlock()` once `init` is over; `capacity` and `condition` never change; elements
/// that cross threads are themselves `Sendable`.
package final class BoundedQueue<Element: Sendable>: StageOutlet, @unchecked Sendable {
  private enum Phase {
    case open
    case closed
    case cancelled
  }

  /// The most elements that can lie in the queue; at least 1.
  package let capacity: Int
  private let condition = NSCondition()
  /// A ring: `used` elements from `head` on; the other places are nil.
  private var places: [Element?]
  private var head = 0
  private var used = 0
  /// Threads in `pop` that wait.
  private var waiting = 0
  private var phase = Phase.open

  /// An open, empty queue of at least one place.
  package init(capacity: Int) {
    self.capacity = max(1, capacity)
    places = Array(repeating: nil, count: self.capacity)
  }

  /// Elements that wait now.
  package var count: Int { locked { used } }

  /// Whether somebody waits for an element.
  package var isAwaited: Bool { locked { waiting > 0 && used == 0 } }

  /// Adds an element, waiting while the queue is full.
  ///
  /// - Returns: false when the queue was closed or cancelled, and the element dropped.
  package func push(_ element: Element) -> Bool {
    locked {
      while phase == .open, used == capacity { condition.wait() }
      guard phase == .open else { return false }
      places[(head + used) % capacity] = element
      used += 1
      condition.broadcast()
      return true
    }
  }

  /// Takes the oldest element, waiting while the queue is empty and open.
  package func pop() -> Popped<Element> {
    locked {
      waiting += 1
      while phase == .open, used == 0 { condition.wait() }
      waiting -= 1
      return takeFirst()
    }
  }

  /// Takes the oldest element if there is one now that `isWanted`; nil when there is none or it is
  /// not wanted. `isWanted` is called under the queue's lock.
  package func popIfReady(where isWanted: (Element) -> Bool = { _ in true }) -> Popped<Element>? {
    locked {
      if phase == .open, used == 0 { return nil }
      if used > 0, let first = places[head], !isWanted(first) { return nil }
      return takeFirst()
    }
  }

  /// Says that no element follows; those in the queue can still be taken. Wakes everybody.
  package func close() {
    locked {
      if phase == .open { phase = .closed }
      condition.broadcast()
    }
  }

  /// Drops what lies in the queue and ends it for both sides. Wakes everybody.
  package func cancel() {
    locked {
      phase = .cancelled
      for place in places.indices { places[place] = nil }
      used = 0
      condition.broadcast()
    }
  }

  /// The lock must be held.
  private func takeFirst() -> Popped<Element> {
    if phase == .cancelled { return .cancelled }
    guard used > 0, let element = places[head] else { return .end }
    places[head] = nil
    head = (head + 1) % capacity
    used -= 1
    condition.broadcast()
    return .element(element)
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
