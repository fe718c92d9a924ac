import Support
import Synchronization
import Testing

@testable import Pipeline

@Suite("Stages", .timeLimit(.minutes(10)))
struct StagesTests {
  private static let failure = TranscriptionError.output(.diskFull(path: "x"))

  private func counter(_ stages: Stages, to end: Int) -> BoundedQueue<Int> {
    stages.source("count", capacity: 2) { output throws(TranscriptionError) in
      for number in 0..<end { try output.send(number) }
    }
  }

  private func doubled(_ stages: Stages, _ inlet: BoundedQueue<Int>) -> BoundedQueue<Int> {
    stages.stage("double", after: inlet, capacity: 2) { input, output throws(TranscriptionError) in
      while let number = try input.next() { try output.send(number * 2) }
    }
  }

  @Test
  func resultsComeInOrderAndEveryStageIsTimed() throws {
    let stages = Stages(cancellation: Cancellation())
    let outlet = doubled(stages, counter(stages, to: 500))
    var seen: [Int] = []
    let times = try stages.finish("gather", consuming: outlet) { seen.append($0) }
    #expect(seen == (0..<500).map { $0 * 2 })
    #expect(times.map(\.name) == ["count", "double", "gather"])
    #expect(times.allSatisfy { $0.busy >= 0 && $0.starved >= 0 && $0.blocked >= 0 })
  }

  @Test
  func aStageMayFlushWhatItHoldsAtTheEnd() throws {
    let stages = Stages(cancellation: Cancellation())
    let pairs = stages.stage("pair", after: counter(stages, to: 5), capacity: 1) {
      (input: StageInput<Int>, output: StageOutput<[Int]>) throws(TranscriptionError) in
      var held: [Int] = []
      while let number = try input.next() {
        held.append(number)
        if held.count == 2 {
          try output.send(held)
          held = []
        }
      }
      if !held.isEmpty { try output.send(held) }
    }
    var seen: [[Int]] = []
    _ = try stages.finish("gather", consuming: pairs) { seen.append($0) }
    #expect(seen == [[0, 1], [2, 3], [4]])
  }

  @Test
  func anErrorInTheMiddleStopsItsProducerAndItsConsumer() {
    let stages = Stages(cancellation: Cancellation())
    let stopped = Atomic(false)
    let endless = stages.source("endless", capacity: 2) { output throws(TranscriptionError) in
      defer { stopped.store(true, ordering: .relaxed) }
      var number = 0
      while true {
        try output.send(number)
        number += 1
      }
    }
    let broken = stages.stage("broken", after: endless, capacity: 2) {
      (input: StageInput<Int>, output: StageOutput<Int>) throws(TranscriptionError) in
      while let number = try input.next() {
        if number == 10 { throw Self.failure }
        try output.send(number)
      }
    }
    let outlet = doubled(stages, broken)
    #expect(throws: Self.failure) {
      _ = try stages.finish("gather", consuming: outlet) { _ in }
    }
    let hasStopped = stopped.load(ordering: .relaxed)
    #expect(hasStopped)
  }

  @Test
  func anErrorOfTheLastConsumerStopsAllStages() {
    let stages = Stages(cancellation: Cancellation())
    let outlet = doubled(stages, counter(stages, to: .max))
    #expect(throws: Self.failure) {
      _ = try stages.finish("gather", consuming: outlet) { number throws(TranscriptionError) in
        if number == 20 { throw Self.failure }
      }
    }
  }

  @Test
  func theFirstErrorWins() {
    // The second stage fails only after the first has: its error must not be the one thrown.
    let stages = Stages(cancellation: Cancellation())
    let source = stages.source("source", capacity: 1) {
      (_: StageOutput<Int>) throws(TranscriptionError) in throw Self.failure
    }
    let later = stages.stage("later", after: source, capacity: 1) {
      (input: StageInput<Int>, _: StageOutput<Int>) throws(TranscriptionError) in
      do throws(TranscriptionError) {
        while try input.next() != nil {}
      } catch {
        throw .output(.exists(path: "later"))
      }
    }
    #expect(throws: Self.failure) {
      _ = try stages.finish("gather", consuming: later) { _ in }
    }
  }

  @Test(arguments: [0, 1, 30])
  func cancellingFromOutsideEndsTheRun(after count: Int) {
    let cancellation = Cancellation()
    if count == 0 { cancellation.cancel() }
    let stages = Stages(cancellation: cancellation)
    let outlet = doubled(stages, counter(stages, to: .max))
    var seen = 0
    #expect(throws: TranscriptionError.cancelled) {
      _ = try stages.finish("gather", consuming: outlet) { _ in
        seen += 1
        if seen == count { cancellation.cancel() }
      }
    }
    #expect(seen == count)
  }

  @Test
  func whatLiesReadyCanBeGatheredIntoABatch() throws {
    let stages = Stages(cancellation: Cancellation())
    let batches = stages.stage("batch", after: counter(stages, to: 200), capacity: 1) {
      (input: StageInput<Int>, output: StageOutput<[Int]>) throws(TranscriptionError) in
      while let first = try input.next() {
        var batch = [first]
        while batch.count < 8, let more = try input.nextIfReady() { batch.append(more) }
        try output.send(batch)
      }
    }
    var seen: [Int] = []
    _ = try stages.finish("gather", consuming: batches) { batch in
      #expect(batch.count <= 8)
      seen += batch
    }
    #expect(seen == Array(0..<200))
  }
}

/// Workers that share a queue.
@Suite("Stages with workers", .timeLimit(.minutes(10)))
struct StageWorkersTests {
  private static let failure = TranscriptionError.output(.diskFull(path: "x"))

  /// Numbers through `count` workers that multiply them by ten and fail at `broken`.
  private func tenfold(
    _ stages: Stages, to end: Int, count: Int, broken: Int? = nil
  ) -> ReorderBuffer<Int> {
    let outlet = ReorderBuffer<Int>(window: 4)
    stages.register(outlet)
    let numbers = stages.stage("number", after: counter(stages, to: end), capacity: 1) {
      (input: StageInput<Int>, output: StageOutput<Int>) throws(TranscriptionError) in
      while try input.next() != nil {
        guard let number = outlet.enter() else { throw .cancelled }
        try output.send(number)
      }
      outlet.close()
    }
    stages.workers(
      "ten", count: count, after: numbers, clock: stages.clock("ten")
    ) { input throws(TranscriptionError) in
      while let number = try input.next() {
        if number == broken { throw Self.failure }
        guard outlet.put(number * 10, number: number) else { throw .cancelled }
      }
    }
    return outlet
  }

  private func counter(_ stages: Stages, to end: Int) -> BoundedQueue<Int> {
    stages.source("count", capacity: 2) { output throws(TranscriptionError) in
      for number in 0..<end { try output.send(number) }
    }
  }

  @Test(arguments: [1, 2, 5])
  func resultsComeInOrder(count: Int) throws {
    let stages = Stages(cancellation: Cancellation())
    let outlet = tenfold(stages, to: 500, count: count)
    var seen: [Int] = []
    let times = try stages.finish("gather", consuming: outlet) { seen.append($0) }
    #expect(seen == (0..<500).map { $0 * 10 })
    #expect(times.map(\.name) == ["count", "number", "ten", "gather"])
  }

  @Test(arguments: [1, 3])
  func anErrorOfOneWorkerStopsTheRun(count: Int) {
    let stages = Stages(cancellation: Cancellation())
    let outlet = tenfold(stages, to: .max, count: count, broken: 30)
    var seen: [Int] = []
    #expect(throws: Self.failure) {
      _ = try stages.finish("gather", consuming: outlet) { seen.append($0) }
    }
    #expect(seen == (0..<seen.count).map { $0 * 10 } && seen.count <= 30)
  }

  @Test(arguments: [0, 1, 30], [1, 3])
  func cancellingEndsTheRun(after limit: Int, count: Int) {
    let cancellation = Cancellation()
    if limit == 0 { cancellation.cancel() }
    let stages = Stages(cancellation: cancellation)
    let outlet = tenfold(stages, to: .max, count: count)
    var seen = 0
    #expect(throws: TranscriptionError.cancelled) {
      _ = try stages.finish("gather", consuming: outlet) { _ in
        seen += 1
        if seen == limit { cancellation.cancel() }
      }
    }
    #expect(seen == limit)
  }
}

@Suite("Cancellation")
struct CancellationTests {
  @Test
  func handlersRunOnceInOrderOrAtOnceWhenLate() {
    let calls = Guarded<[String]>([])
    let cancellation = Cancellation()
    cancellation.onCancel { calls.withLock { $0.append("first") } }
    let removed = cancellation.onCancel { calls.withLock { $0.append("removed") } }
    cancellation.onCancel { calls.withLock { $0.append("second") } }
    cancellation.remove(removed)
    #expect(!cancellation.isCancelled)
    cancellation.cancel()
    cancellation.cancel()
    #expect(cancellation.isCancelled)
    cancellation.onCancel { calls.withLock { $0.append("late") } }
    #expect(calls.withLock { $0 } == ["first", "second", "late"])
  }
}
