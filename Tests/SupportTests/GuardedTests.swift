import Dispatch
import Testing

@testable import Support

@Suite struct GuardedTests {
  @Test func whatIsMadeIsMadeOnce() {
    let (value, count) = (Guarded<Int?>(nil), Guarded(0))
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      let made = value.made {
        count.withLock { $0 += 1 }
        return index
      }
      #expect(made == value.withLock { $0 })
    }
    #expect(count.withLock { $0 } == 1)
  }

  private enum Fault: Error { case unmade }

  @Test func aFailureLeavesItToTheNext() throws {
    let value = Guarded<Int?>(nil)
    #expect(throws: Fault.unmade) {
      try value.made { () throws(Fault) in throw .unmade }
    }
    #expect(value.made { 7 } == 7)
    #expect(value.made { 8 } == 7)
  }
}
