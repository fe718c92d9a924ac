import Dispatch
import Testing

@testable import Support

@Suite("ReorderBuffer", .timeLimit(.minutes(10)))
struct ReorderBufferTests {
  /// Runs each body on a thread of its own and waits for all.
  private func together(_ bodies: [@Sendable () -> Void]) {
    let group = DispatchGroup()
    for body in bodies { DispatchQueue(label: "test").async(group: group, execute: body) }
    group.wait()
  }

  /// Everything up to the end.
  private func rest(_ buffer: ReorderBuffer<Int>) -> [Int] {
    var elements: [Int] = []
    while case .element(let element) = buffer.pop() { elements.append(element) }
    return elements
  }

  @Test
  func whatIsFinishedInAnyOrderComesInOrder() {
    let buffer = ReorderBuffer<Int>(window: 5)
    let numbers = (0..<5).compactMap { _ in buffer.enter() }
    #expect(numbers == Array(0..<5))
    for number in [3, 0, 4, 2, 1] { #expect(buffer.put(number * 10, number: number)) }
    buffer.close()
    #expect(rest(buffer) == [0, 10, 20, 30, 40])
    #expect(buffer.enter() == nil)
  }

  @Test(arguments: [1, 2, 9])
  func manyWorkersLoseNothingAndStayInTheWindow(window: Int) {
    let buffer = ReorderBuffer<Int>(window: window)
    let work = BoundedQueue<Int>(capacity: 3)
    let entered = Guarded(0)
    let worst = Guarded(0)
    let taken = Guarded<[Int]>([])
    let worker: @Sendable () -> Void = {
      while case .element(let number) = work.pop() { _ = buffer.put(number, number: number) }
    }
    together(
      Array(repeating: worker, count: 3) + [
        {
          while let number = buffer.enter(), number < 1_000 {
            entered.withLock { $0 += 1 }
            _ = work.push(number)
          }
          work.close()
        },
        {
          while case .element(let number) = buffer.pop() {
            let count = taken.withLock {
              $0.append(number); return $0.count
            }
            // One number may be counted late, never early: the lead is at most the window.
            let lead = entered.withLock { $0 } - count
            worst.withLock { $0 = max($0, lead) }
            // Number 1000 is never handed in, so the end would not come.
            if count == 1_000 { buffer.cancel() }
          }
        },
      ])
    #expect(taken.withLock { $0 } == Array(0..<1_000))
    #expect(worst.withLock { $0 } <= window)
  }

  /// The oldest piece of work ends only when nothing else can go on.
  @Test
  func aSlowPieceHoldsUpTheProducerAndNotItself() {
    let window = 4
    let buffer = ReorderBuffer<Int>(window: window)
    let work = BoundedQueue<Int>(capacity: 1)
    let others = DispatchSemaphore(value: 0)
    let entered = Guarded(0)
    let seen = Guarded<[Int]>([])
    let first = buffer.enter() ?? -1
    together([
      {
        for _ in 1..<20 {
          guard let number = buffer.enter() else { return }
          entered.withLock { $0 += 1 }
          _ = work.push(number)
        }
        buffer.close()
        work.close()
      },
      {
        for _ in 1..<window { others.wait() }
        // All places of the window are taken, so no more can have entered.
        #expect(entered.withLock { $0 } == window - 1)
        _ = buffer.put(first, number: first)
      },
      {
        while case .element(let number) = work.pop() {
          _ = buffer.put(number, number: number)
          others.signal()
        }
      },
      { seen.withLock { $0 = self.rest(buffer) } },
    ])
    #expect(seen.withLock { $0 } == Array(0..<20))
  }

  @Test
  func cancelWakesBothSidesAndDropsWhatWaits() {
    let full = ReorderBuffer<Int>(window: 1)
    let number = full.enter()
    #expect(number == 0)
    together([
      { #expect(full.enter() == nil) },
      {
        while case .element = full.pop() {}
      },
      { full.cancel() },
    ])
    #expect(!full.put(1, number: 0))
    guard case .cancelled = full.pop() else {
      Issue.record("something is left")
      return
    }
  }

  @Test
  func anEmptyBufferEndsWhenItIsClosed() {
    let buffer = ReorderBuffer<Int>(window: 2)
    together([{ #expect(self.rest(buffer).isEmpty) }, { buffer.close() }])
  }

  @Test
  func theEndWaitsForWhatHasEntered() {
    let buffer = ReorderBuffer<Int>(window: 2)
    let number = buffer.enter()
    buffer.close()
    together([
      { #expect(self.rest(buffer) == [7]) }, { _ = buffer.put(7, number: number ?? -1) },
    ])
  }
}
