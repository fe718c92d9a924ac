import Dispatch
import Foundation
import Pipeline
import Support
import Testing

@testable import Batch
@testable import SpeechModels

@Suite("Running a batch", .timeLimit(.minutes(10)))
struct RunningTests {
  private func task(_ name: String, seconds: Double) -> BatchTask {
    let item = BatchItem(path: name, place: name, isNamed: true)
    return BatchTask(
      item: item, place: OutputPlace(item, directory: nil), seconds: seconds, weight: seconds)
  }

  private func queue(_ tasks: [BatchTask], limits: TaskQueue.Limits = .init()) -> TaskQueue {
    let queue = TaskQueue(limits: limits)
    queue.add(tasks)
    queue.close()
    return queue
  }

  /// Whether a queue hands out just `expected` to one who gives nothing back: these, however long it
  /// takes, and for a moment nothing else.
  private func handsOut(_ expected: [String], _ queue: TaskQueue) -> Bool {
    let names = Guarded<[String]>([])
    let group = DispatchGroup()
    DispatchQueue(label: "taker").async(group: group) {
      while let task = queue.next() { names.withLock { $0.append(task.item.path) } }
    }
    for _ in 0..<10_000 where names.withLock({ $0.count < expected.count }) { usleep(1_000) }
    usleep(50_000)
    queue.stop()
    group.wait()
    return names.withLock { $0 } == expected
  }

  @Test
  func memoryBoundsWhatIsOpen() {
    let long = task("long", seconds: 36_000)
    let short = task("short", seconds: 60)
    let queue = queue(
      [long, task("long2", seconds: 36_000), short],
      limits: .init(bytes: long.memory + short.memory))
    #expect(queue.next()?.item.path == "long")
    // The second long one has to wait; the short one fits.
    #expect(queue.next()?.item.path == "short")
    queue.finished(long)
    #expect(queue.next()?.item.path == "long2")
    queue.finished(short)
    #expect(queue.next() == nil)
  }

  @Test
  func oneIsAlwaysAllowed() {
    let limits = TaskQueue.Limits(bytes: 1, recordings: 0, feeding: 0, seconds: 0)
    let tasks = [task("a", seconds: 1e6), task("b", seconds: 1)]
    #expect(handsOut(["a"], queue(tasks, limits: limits)))
  }

  @Test
  func asManyAreCutAsKeepReadersBusy() {
    let tasks = (0..<9).map { task("\($0)", seconds: 10) }
    let queue = queue(tasks, limits: .init(feeding: 2, seconds: 25))
    #expect((0..<2).map { _ in queue.next()?.item.path } == ["0", "1"])
    queue.cut(tasks[0])
    #expect(queue.next()?.item.path == "2")
    // Readers have enough for the moment, but nothing must keep them from the next.
    queue.cut(tasks[1])
    queue.cut(tasks[2])
    #expect(handsOut(["3"], queue))
  }

  @Test
  func whatIsRestoredKeepsNobodyWaiting() {
    let tasks = (0..<4).map { task("\($0)", seconds: 100) }
    let queue = queue(tasks, limits: .init(feeding: 1, seconds: 25))
    #expect(queue.next()?.item.path == "0")
    queue.restores(tasks[0], true)
    #expect(queue.next()?.item.path == "1")
    // Both are read now.
    queue.restores(tasks[0], false)
    #expect(handsOut([], queue))
  }

  @Test
  func moreAreOpenTheMoreWasDone() {
    let tasks = (0..<9).map { task("\($0)", seconds: 10) }
    let queue = queue(tasks, limits: .init(recordings: 3, first: 1))
    for round in 0..<6 {
      #expect(queue.next()?.item.path == "\(round)")
      queue.finished(tasks[round], byWork: round > 0)
    }
    // Five were done by work, four of which are room for one more.
    #expect(handsOut(["6", "7"], queue))
  }

  @Test
  func idleReadersGetMore() {
    let isIdle = Guarded(false)
    let queue = TaskQueue(limits: .init(recordings: 3, first: 1)) { isIdle.withLock { $0 } }
    let tasks = (0..<4).map { task("\($0)", seconds: 10) }
    queue.add(tasks)
    #expect(queue.next()?.item.path == "0")
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.02) { isIdle.withLock { $0 = true } }
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.04) { queue.cut(tasks[0]) }
    #expect(queue.next()?.item.path == "1")
    // This one is on its way to the readers.
    #expect(handsOut([], queue))
  }

  @Test
  func whatMustWaitComesAgain() {
    let queue = queue([task("a", seconds: 1), task("b", seconds: 1)])
    guard let first = queue.next() else { return #expect(Bool(false), "nothing came") }
    #expect(queue.holds(first.item))
    queue.finished(first, again: 0.01)
    #expect(queue.holds(first.item))
    #expect(queue.next()?.item.path == "b")
    #expect(queue.next()?.item.path == "a")
    queue.finished(first)
    #expect(!queue.holds(first.item))
  }

  @Test
  func anOpenQueueWaitsForMore() {
    let queue = TaskQueue()
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.02) {
      queue.add([task("a", seconds: 1)])
    }
    #expect(queue.next()?.item.path == "a")
    queue.add([task("b", seconds: 1), task("c", seconds: 1)])
    #expect(queue.withdraw().map(\.item.path) == ["b", "c"])
    queue.close()
    #expect(queue.next() == nil)
  }

  @Test
  func aStoppedQueueHandsOutNothing() {
    let queue = queue([task("a", seconds: 1)])
    queue.stop()
    #expect(queue.next() == nil)
  }

  @Test
  func memoryIsTheLeastOfWhatIsGranted() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.path
    try folder.write("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    #expect(MemoryBudget.granted(root: root, environment: [:]).bytes == (8_000_000 << 10) / 5 * 4)
    try folder.write("proc/self/cgroup", "0::/a/b\n")
    try folder.write("sys/fs/cgroup/a/memory.max", "1000000000\n")
    try folder.write("sys/fs/cgroup/a/b/memory.max", "max\n")
    #expect(MemoryBudget.granted(root: root, environment: [:]).bytes == 800_000_000)
    try folder.write("proc/self/cgroup", "4:memory:/c\n")
    try folder.write("sys/fs/cgroup/memory/c/memory.limit_in_bytes", "500000000\n")
    #expect(MemoryBudget.granted(root: root, environment: [:]).bytes == 400_000_000)
    let slurm = ["SLURM_MEM_PER_NODE": "100"]
    #expect(MemoryBudget.granted(root: root, environment: slurm).bytes == (100 << 20) / 5 * 4)
  }

  @Test
  func memoryBoundsThreads() {
    let usual = ModelFootprint.usual
    let large = ModelFootprint(weights: 800 << 20, audio: 120 << 20, sequence: 30 << 20)
    for model in [usual, large] {
      let least = MemoryBudget.least(model)
      #expect(MemoryBudget(bytes: 8 << 30).threads(4, model) == 4)
      #expect(MemoryBudget(bytes: least).threads(4, model) == 1)
      #expect(MemoryBudget(bytes: 1).threads(4, model) == 1)
      let two = MemoryBudget(bytes: least + model.reader)
      #expect(two.threads(4, model) == 2)
      #expect(two.forRecordings(threads: 2, model) == MemoryBudget.recording)
    }
    // What docs/manual/BATCH.md says of the usual model.
    #expect(usual.reader == 32 << 20 && 1 + (MemoryBudget.least(usual) - 1) >> 20 == 146)
  }

  @Test
  func reportsSurviveATornLine() throws {
    let folder = try TemporaryFolder()
    let line = ReportLine(
      input: "a", status: .done, model: "m", program: "p", fingerprint: "f", finished: "2026")
    var text = String(decoding: line.data, as: UTF8.self)
    text += "{\"input\": \"b\", \"sta"
    let path = try folder.write("report.jsonl", text)
    let report = try ReportFile(path: path)
    var other = line
    other.input = "c"
    report.keep(line)
    report.keep(other)
    try report.addKept()
    #expect(reportLines(path).map(\.input) == ["a", "c"])
    #expect(try MergedReport(paths: [path]).lines == [line, other])
  }

  @Test
  func anotherWorkersLineIsNotWrittenAgain() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("report.jsonl")
    let line = ReportLine(
      input: "a", status: .done, model: "m", program: "p", fingerprint: "f", finished: "2026")
    let (first, second) = (try ReportFile(path: path), try ReportFile(path: path))
    second.keep(line)
    try first.add(line)
    try second.addKept()
    #expect(reportLines(path) == [line])
  }

  @Test(arguments: [
    "fLaC\0\0", "path\tspeakers\na.wav\tauto\n", "{\"path\": \"a.wav\"}\n", "notes",
  ])
  func whatIsNoReportIsNotAddedTo(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("other", text)
    #expect(throws: AtomicFileError.holdsOther(path: path)) { try ReportFile(path: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  /// A report may say anything.
  @Test func totalsOfAnyNumbersAreNumbers() {
    var line = ReportLine(input: "a", status: .done, model: "m", program: "p", finished: "2026")
    line.words = .max
    line.audio = .greatestFiniteMagnitude
    var totals = BatchTotals([line, line])
    #expect(totals.words == .max)
    line.words = -1
    line.audio = -1e300
    line.resumed = .nan
    totals.add(line)
    #expect(totals.words == .max && totals.done == 3 && totals.resumed == 0)
  }

  @Test func missingShardsAreTold() throws {
    let folder = try TemporaryFolder()
    var line = ReportLine(
      input: "a", status: .done, model: "m", program: "p", shard: "4/100000", finished: "2026")
    let path = folder.path("report.jsonl")
    try line.data.write(to: URL(filePath: path))
    #expect(try MergedReport(paths: [path]).missingShards == [1...3, 5...100_000])
    line.shard = "1/9223372036854775807"
    try line.data.write(to: URL(filePath: path))
    #expect(try MergedReport(paths: [path]).missingShards == [])
  }

  @Test
  func mergingTakesTheLatestAndMissesShards() throws {
    let folder = try TemporaryFolder()
    var line = ReportLine(
      input: "a", status: .failed, error: .readError, model: "m", program: "p", shard: "1/3",
      finished: "2026-01-02T00:00:00Z")
    let early = line.data
    line.status = .done
    line.finished = "2026-01-03T00:00:00Z"
    try (line.data + early).write(to: folder.url.appending(path: "report-1of3.jsonl"))
    line.shard = "3/3"
    line.input = "b"
    try line.data.write(to: folder.url.appending(path: "report-3of3.jsonl"))
    let merged = try MergedReport(paths: [folder.url.path])
    #expect(merged.lines.map(\.input) == ["a", "b"])
    #expect(merged.lines.map(\.status) == [.done, .done])
    #expect(merged.missingShards == [2...2])
    #expect(merged.shardCount == 3)
    #expect(throws: MergedReport.Fault.noReport(path: folder.path("x"))) {
      try MergedReport(paths: [try folder.write("x", "text\n")])
    }
    #expect(throws: MergedReport.Fault.unreadable(path: "none", code: ENOENT)) {
      try MergedReport(paths: ["none"])
    }
  }

  @Test
  func aFileIsCompleteWhenNobodyWritesIt() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.wav", "x")
    var watched = WatchedFiles(settling: 0)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    #expect(try !watched.isWanted(path, .init(of: path)))
    try handle.close()
    // A child that another test starts at this moment may hold the descriptor until it executes.
    while try !watched.isWanted(path, .init(of: path)) { usleep(1_000) }
    watched.handled(path)
    #expect(try !watched.isWanted(path, .init(of: path)))
    try folder.write("a.wav", "xy")
    #expect(try watched.isWanted(path, .init(of: path)))
    var patient = WatchedFiles(settling: 1000)
    #expect(try !patient.isWanted(path, .init(of: path)))
  }
}
