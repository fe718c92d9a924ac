import Foundation

/// Puts into order what several threads finish in any order.
///
/// The producer of the work asks for numbers (`enter`), the workers put what they made under its
/// number (`put`), the consumer takes it in the order of numbers (`pop`). Between `enter` and
/// `pop` there are never more than `window` numbers: that bounds memory while one piece of work
/// takes long. Only `enter` waits for that, never a worker, so the piece that everybody waits for
/// always goes on.
///
/// `@unchecked Sendable`: `finished`, the counters and `phase` are private and are touched only
/// between `condition.lock()` and `condition.unlock()` once `init` is over; `window` and
/// `condition` never change; elements that cross threads are themselves `Sendable`.
package final class ReorderBuffer<Element: Sendable>: StageOutlet, @unchecked Sendable {
  private enum Phase {
    case open
    case closed
    case cancelled
  }

  /// The most numbers between `enter` and `pop`; at least 1.
  package let window: Int
  private let condition = NSCondition()
  private var finished: [Int: Element] = [:]
  private var entered = 0
  private var taken = 0
  private var phase = Phase.open

  /// An empty buffer.
  package init(window: Int) {
    self.window = max(1, window)
  }

  /// The next number, from 0, waiting while the window is full; nil when the buffer was closed or
  /// cancelled. A `put` must follow for each number.
  package func enter() -> Int? {
    locked {
      while phase == .open, entered - taken == window { condition.wait() }
      guard phase == .open else { return nil }
      entered += 1
      return entered - 1
    }
  }

  /// Hands in what was made for `number`; never waits.
  ///
  /// - Returns: false when the buffer was cancelled, and the element dropped.
  package func put(_ element: Element, number: Int) -> Bool {
    locked {
      guard phase != .cancelled else { return false }
      precondition(taken..<entered ~= number && finished[number] == nil)
      finished[number] = element
      if number == taken { condition.broadcast() }
      return true
    }
  }

  /// Takes the element of the lowest number that was not taken, waiting for it.
  package func pop() -> Popped<Element> {
    locked {
      while true {
        if phase == .cancelled { return .cancelled }
        if let element = finished.removeValue(forKey: taken) {
          taken += 1
          condition.broadcast()
          return .element(element)
        }
        if phase == .closed, taken == entered { return .end }
        condition.wait()
      }
    }
  }

  /// Says that no number will be asked for any more.
  package func close() {
    locked {
      if phase == .open { phase = .closed }
      condition.broadcast()
    }
  }

  /// Drops what was handed in and ends it for both sides. Wakes everybody.
  package func cancel() {
    locked {
      phase = .cancelled
      finished = [:]
      condition.broadcast()
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
