import Dispatch
import Foundation
import Testing

@testable import Support

@Suite("BoundedQueue", .timeLimit(.minutes(10)))
struct BoundedQueueTests {
  /// Runs `body` on a thread of its own and waits for it when asked.
  private func background(_ body: @escaping @Sendable () -> Void) -> DispatchWorkItem {
    let work = DispatchWorkItem(block: body)
    DispatchQueue(label: "test").async(execute: work)
    return work
  }

  /// Runs `body` on `count` threads and waits for all. (`concurrentPerform` would run one after the
  /// other on a machine of one core, and sides that wait for each other would wait for ever.)
  private func threads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      Thread {
        body(index)
        group.leave()
      }.start()
    }
    group.wait()
  }

  @Test(arguments: [1, 2, 7])
  func keepsOrderAndNeverHoldsMoreThanItsCapacity(capacity: Int) {
    let queue = BoundedQueue<Int>(capacity: capacity)
    let pushed = Guarded(0)
    let worst = Guarded(0)
    let count = 2_000
    threads(2) { side in
      if side == 0 {
        for number in 0..<count {
          _ = queue.push(number)
          pushed.withLock { $0 += 1 }
        }
        queue.close()
        return
      }
      var taken = 0
      while case .element(let number) = queue.pop() {
        #expect(number == taken)
        taken += 1
        // One push may be counted late, never early: the lead is at most the capacity.
        let lead = pushed.withLock { $0 } - taken
        worst.withLock { $0 = max($0, lead) }
      }
      #expect(taken == count)
    }
    let lead = worst.withLock { $0 }
    #expect(lead <= capacity)
  }

  @Test
  func severalConsumersShareEveryElementOnce() {
    let queue = BoundedQueue<Int>(capacity: 3)
    let seen = Guarded<[Int]>([])
    threads(4) { side in
      if side == 0 {
        for number in 0..<1_000 { _ = queue.push(number) }
        queue.close()
      } else {
        while case .element(let number) = queue.pop() { seen.withLock { $0.append(number) } }
      }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<1_000))
  }

  @Test
  func closingLetsTheRestBeTakenAndRefusesMore() {
    let queue = BoundedQueue<Int>(capacity: 4)
    #expect(queue.push(1))
    #expect(queue.push(2))
    queue.close()
    #expect(!queue.push(3))
    #expect(queue.count == 2)
    #expect(taken(queue.pop()) == 1)
    #expect(taken(queue.popIfReady()) == 2)
    #expect(isEnd(queue.pop()))
    #expect(isEnd(queue.popIfReady()))
  }

  @Test
  func popIfReadyNeverWaits() {
    let queue = BoundedQueue<Int>(capacity: 1)
    #expect(taken(queue.popIfReady()) == nil)
    #expect(queue.push(5))
    #expect(taken(queue.popIfReady()) == 5)
  }

  @Test
  func whatIsNotWantedStaysForOthers() {
    let queue = BoundedQueue<Int>(capacity: 2)
    #expect(queue.push(5))
    #expect(queue.push(1))
    #expect(taken(queue.popIfReady { $0 < 5 }) == nil)
    #expect(queue.count == 2)
    #expect(taken(queue.popIfReady { $0 == 5 }) == 5)
    queue.close()
    #expect(taken(queue.popIfReady { $0 > 1 }) == nil)
    #expect(taken(queue.pop()) == 1)
    #expect(isEnd(queue.popIfReady { _ in false }))
  }

  @Test
  func cancelWakesABlockedProducerAndDropsTheRest() {
    let queue = BoundedQueue<Int>(capacity: 1)
    #expect(queue.push(0))
    let producer = background { #expect(!queue.push(1)) }
    queue.cancel()
    producer.wait()
    #expect(queue.count == 0)
    #expect(isCancelled(queue.pop()))
    #expect(!queue.push(2))
  }

  @Test(arguments: [true, false])
  func blockedConsumersWakeWhenItEnds(byClosing: Bool) {
    let queue = BoundedQueue<Int>(capacity: 1)
    let group = DispatchGroup()
    for _ in 0..<3 {
      DispatchQueue(label: "consumer").async(group: group) {
        while case .element = queue.pop() {}
      }
    }
    if byClosing { queue.close() } else { queue.cancel() }
    // A consumer that was not woken would hold this up until the suite's time limit.
    group.wait()
    #expect(!queue.push(1))
  }

  @Test
  func takenElementsAreLetGo() {
    final class Witness: Sendable {}
    let queue = BoundedQueue<Witness>(capacity: 3)
    weak var witness: Witness?
    do {
      let element = Witness()
      witness = element
      _ = queue.push(element)
    }
    #expect(witness != nil)
    _ = queue.pop()
    #expect(witness == nil)
  }

  private func taken(_ popped: Popped<Int>?) -> Int? {
    if case .element(let element) = popped { element } else { nil }
  }

  private func isEnd(_ popped: Popped<Int>?) -> Bool {
    if case .end = popped { true } else { false }
  }

  private func isCancelled(_ popped: Popped<Int>?) -> Bool {
    if case .cancelled = popped { true } else { false }
  }
}
