import Dispatch
import Foundation
import Support
import Testing

@testable import Pipeline

@Suite("ComputePermits", .timeLimit(.minutes(10)))
struct ComputePermitsTests {
  private let clock = StageClock(name: "test")

  private func background(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "test").async(group: group, execute: body)
  }

  @Test(arguments: [1, 2, 3])
  func neverMoreAreBusyThanWereAskedFor(threads: Int) {
    let permits = ComputePermits(threads: threads)
    let state = Guarded((busy: 0, worst: 0, done: 0))
    let group = DispatchGroup()
    for turn in [ComputePermits.Turn.feeding, .reading, .reading, .feeding, .reading] {
      background(group) {
        for _ in 0..<500 {
          permits.work(clock, turn) {
            state.withLock {
              $0.busy += 1
              $0.worst = max($0.worst, $0.busy)
            }
            state.withLock {
              $0.busy -= 1
              $0.done += 1
            }
          }
        }
      }
    }
    group.wait()
    let (busy, worst, done) = state.withLock { $0 }
    #expect(busy == 0 && done == 2_500)
    #expect(1...threads ~= worst)
  }

  @Test
  func whatFeedsGoesFirst() {
    let permits = ComputePermits(threads: 1)
    let order = Guarded<[String]>([])
    let group = DispatchGroup()
    permits.work(clock) {
      background(group) {
        permits.work(clock, .reading) { order.withLock { $0.append("reading") } }
      }
      for _ in 0..<2 {
        background(group) {
          permits.work(clock, .feeding) { order.withLock { $0.append("feeding") } }
        }
      }
      // Both wait before the permit is free; when the reader comes does not matter.
      while permits.waitingFeeders < 2 {}
    }
    group.wait()
    #expect(order.withLock { $0 } == ["feeding", "feeding", "reading"])
  }

  @Test
  func moreMayBeAllowedLater() {
    let permits = ComputePermits(threads: 1)
    let isIn = Guarded(false)
    let group = DispatchGroup()
    permits.work(clock) {
      background(group) { permits.work(clock) { isIn.withLock { $0 = true } } }
      usleep(20_000)
      #expect(!isIn.withLock { $0 })
      permits.add(threads: 1)
      // It gets in beside this one.
      group.wait()
    }
    #expect(isIn.withLock { $0 })
  }

  @Test
  func anErrorGivesThePermitBack() {
    let permits = ComputePermits(threads: 1)
    for _ in 0..<2 {
      #expect(throws: TranscriptionError.cancelled) {
        try permits.work(clock) { () throws(TranscriptionError) in throw .cancelled }
      }
    }
  }
}
