import Dispatch
import Foundation
import Pipeline
import Support
import Testing

@testable import Batch

/// What a batch does after a worker's death.
@Suite("Slow start", .timeLimit(.minutes(10)))
struct SlowStartTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func task(_ name: String, seconds: Double, deaths: Int = 0) -> BatchTask {
    let item = BatchItem(path: name, place: name, isNamed: true)
    return BatchTask(
      item: item, place: OutputPlace(item, directory: nil), seconds: seconds, weight: seconds,
      deaths: deaths)
  }

  @Test
  func theShortestComeFirstAndEachDeathCountsTwice() {
    let queue = TaskQueue(slowStart: SlowStart())
    let tasks = [
      task("long", seconds: 30), task("short", seconds: 3), task("killer", seconds: 2, deaths: 3),
    ]
    queue.add(tasks)
    queue.close()
    var names: [String] = []
    while let task = queue.next() {
      names.append(task.item.path)
      queue.finished(task, byWork: true)
    }
    #expect(names == ["short", "killer", "long"])
  }

  @Test
  func oneIsInWorkUntilItIsOver() {
    let slowStart = SlowStart()
    let queue = TaskQueue(slowStart: slowStart)
    queue.add([task("long", seconds: 30), task("middle", seconds: 10), task("short", seconds: 3)])
    queue.close()
    #expect(queue.next()?.item.path == "short")
    let second = Guarded<String?>(nil)
    let group = DispatchGroup()
    DispatchQueue(label: "taker").async(group: group) {
      let task = queue.next()
      second.withLock { $0 = task?.item.path }
    }
    usleep(50_000)
    #expect(second.withLock { $0 } == nil)
    slowStart.end()
    group.wait()
    // Long ones first again.
    #expect(second.withLock { $0 } == "long")
  }

  /// A batch over three recordings of 2, 4 and 6 words, in each of which `wait` is called; returns how many
  /// were in work at once at most, in what order they came, and whether the slow start was over then.
  private func run(
    seconds: Double, wait: @escaping @Sendable (SlowStart) -> Void = { _ in usleep(1_000) }
  ) throws -> (most: Int, order: [String], wasOver: [Bool]) {
    for (index, name) in ["a", "b", "c"].enumerated() {
      let words = Array(repeating: "word", count: 2 * (3 - index)).joined(separator: " ")
      try folder.write("in/\(name).wav", words)
    }
    var batch = BatchFixture(folder)
    batch.slowStart = SlowStart()
    batch.options.slowStart = seconds
    let slowStart = batch.slowStart
    let state = Guarded<(open: Int, most: Int, order: [String], wasOver: [Bool])>((0, 0, [], []))
    let typist = Typist { name, _ in
      state.withLock { state in
        state.open += 1
        state.most = max(state.most, state.open)
        state.order.append(name)
        state.wasOver.append(slowStart.isOver)
      }
      wait(slowStart)
      state.withLock { $0.open -= 1 }
    }
    #expect(try batch.run(typist).totals.done == 3)
    let (_, most, order, wasOver) = state.withLock { $0 }
    return (most, order, wasOver)
  }

  private func leaveADeath() throws {
    var dead = Worker.current
    dead.started = "1"
    let text = ClaimText(nonce: "other", key: "b", stem: "b", worker: dead)
    try folder.write(
      "out/.viseme/work/b.claim", String(decoding: try JSONEncoder().encode(text), as: UTF8.self))
  }

  @Test
  func withoutADeathThereIsNone() throws {
    let (_, order, wasOver) = try run(seconds: 100)
    #expect(order.count == 3 && wasOver.allSatisfy(\.self))
  }

  @Test
  func afterADeathOneIsInWorkAtATime() throws {
    try leaveADeath()
    let (most, order, wasOver) = try run(seconds: 100)
    #expect(most == 1 && !wasOver.contains(true))
    // Of 9, 19 and 29 bytes; the second counts twice.
    #expect(order == ["c.wav", "a.wav", "b.wav"])
  }

  @Test
  func itEndsInTime() throws {
    try leaveADeath()
    let (_, _, wasOver) = try run(seconds: 0.1) { slowStart in
      while !slowStart.isOver { usleep(1_000) }
    }
    #expect(wasOver.count == 3)
  }
}
