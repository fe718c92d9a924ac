import Demux
import Foundation
import Pipeline
import Support
import Testing
import Transcript

@testable import Batch

@Suite("A batch", .timeLimit(.minutes(10)))
struct BatchRunTests {
  @Test
  func transcribesEverythingAndMirrorsFolders() throws {
    let folder = try TemporaryFolder(inputs: [
      "a.wav": "one", "b/c.wav": "two words", "b/bad.wav": "bad", "notes.txt": "no recording",
      ".hidden.wav": "x", "b/new.wav.part": "x",
    ])
    let typist = Typist()
    let batch = BatchFixture(folder)
    let outcome = try batch.run(typist)
    #expect(outcome.totals.done == 2)
    #expect(outcome.totals.failures == [.notARecording: 1])
    #expect(outcome.totals.passedOver == 1)
    #expect(outcome.totals.words == 3)
    #expect(outcome.count == 3)
    #expect(folder.read("out/b/c.txt") == "two words\n")
    let names = try folder.names(below: "out")
    #expect(
      names == [
        ".viseme/a.json", ".viseme/probes.tsv", "a.json", "a.txt", "b/.viseme/bad.json",
        "b/.viseme/c.json", "b/c.json", "b/c.txt", "report.jsonl",
      ])
    let report = batch.report()
    #expect(report["c.wav"]?.map(\.status) == [.done])
    #expect(report["c.wav"]?.first?.words == 2)
    #expect(report["bad.wav"]?.map(\.error) == [.notARecording])
  }

  @Test
  func doesNothingTwice() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "bad.wav": "bad"])
    let typist = Typist()
    let batch = BatchFixture(folder)
    _ = try batch.run(typist)
    let again = try batch.run(typist)
    #expect(typist.opened == ["a.wav": 1, "bad.wav": 1])
    #expect(again.totals.kept == 1)
    #expect(again.totals.remembered == 1)
    // The report has one line about each still.
    #expect(batch.report().values.map(\.count) == [1, 1])
    try FileManager.default.removeItem(atPath: batch.options.report)
    _ = try batch.run(typist)
    #expect(batch.report()["a.wav"]?.map(\.status) == [.done])
    #expect(batch.report()["bad.wav"]?.map(\.status) == [.failed])
  }

  @Test(arguments: ["content", "options", "revision", "force", "output"])
  func doesAgainWhatIsNotTheSame(change: String) throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "b.wav": "two"])
    let typist = Typist()
    var batch = BatchFixture(folder)
    _ = try batch.run(typist)
    switch change {
    case "content": try folder.write("in/a.wav", "six")
    case "options": batch.formats = [.txt]
    case "revision": batch.revision += 1
    case "force": batch.isForced = true
    default: try FileManager.default.removeItem(atPath: folder.path("out/a.json"))
    }
    let again = try batch.run(typist)
    let both = !["content", "output"].contains(change)
    #expect(typist.opened == ["a.wav": 2, "b.wav": both ? 2 : 1])
    #expect(again.totals.kept == (both ? 0 : 1))
    #expect(folder.read("out/a.txt") == (change == "content" ? "six\n" : "one\n"))
  }

  /// What has been done stays done, and its records name the version that did it.
  @Test
  func anUpgradeThatChangesNoResultDoesNothingAgain() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "bad.wav": "bad"])
    let typist = Typist()
    var batch = BatchFixture(folder)
    _ = try batch.run(typist)
    batch.version = "2"
    let again = try batch.run(typist)
    #expect(typist.opened == ["a.wav": 1, "bad.wav": 1])
    #expect(again.totals.kept == 1)
    #expect(again.totals.remembered == 1)
    #expect(batch.report()["a.wav"]?.map(\.program) == ["tests 1"])
  }

  @Test
  func triesAgainWhatFailedOnceItChanges() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "bad"])
    let typist = Typist()
    let batch = BatchFixture(folder)
    _ = try batch.run(typist)
    try folder.write("in/a.wav", "good now")
    let again = try batch.run(typist)
    #expect(again.totals.done == 1)
    #expect(batch.report()["a.wav"]?.map(\.status) == [.failed, .done])
  }

  @Test
  func keepsOutputsThatAreNotItsOwn() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    try folder.write("out/a.txt", "by hand")
    var batch = BatchFixture(folder)
    let outcome = try batch.run(Typist())
    #expect(outcome.totals.failures == [.outputExists: 1])
    #expect(folder.read("out/a.txt") == "by hand")
    #expect(try !folder.names(below: "out").contains("a.json"))
    batch.isForced = true
    #expect(try batch.run(Typist()).totals.done == 1)
    #expect(folder.read("out/a.txt") == "one\n")
  }

  @Test
  func keepsOutputsOfOthersInAnotherFormat() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    try folder.write("out/a.srt", "by hand")
    var batch = BatchFixture(folder)
    #expect(try batch.run(Typist()).totals.done == 1)
    batch.formats = [.txt, .srt]
    #expect(try batch.run(Typist()).totals.failures == [.outputExists: 1])
    #expect(folder.read("out/a.srt") == "by hand")
  }

  @Test
  func replacesItsOwnAfterAFailure() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let batch = BatchFixture(folder)
    #expect(try batch.run(Typist()).totals.done == 1)
    try folder.write("in/a.wav", "bad")
    #expect(try batch.run(Typist()).totals.failures == [.notARecording: 1])
    try folder.write("in/a.wav", "three")
    #expect(try batch.run(Typist()).totals.done == 1)
    #expect(folder.read("out/a.txt") == "three\n")
  }

  @Test
  func retriesWhatMayBeTransient() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let failures = Guarded(1)
    let typist = Typist { _, _ in
      try failures.withLock { left in
        defer { left -= 1 }
        if left > 0 {
          throw TranscriptionError.demux(.readFailed(code: EIO, function: "read"))
        }
      }
    }
    var batch = BatchFixture(folder)
    batch.options.retries = 1
    #expect(try batch.run(typist).totals.done == 1)
    #expect(batch.report()["a.wav"]?.map(\.attempts) == [2])
  }

  @Test
  func doesNotRememberWhatWasTransient() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let typist = Typist { _, _ in
      throw TranscriptionError.demux(.readFailed(code: EIO, function: "read"))
    }
    var batch = BatchFixture(folder)
    batch.options.retries = 0
    #expect(try batch.run(typist).totals.failures == [.readError: 1])
    #expect(try batch.run(Typist()).totals.done == 1)
  }

  @Test
  func noticesAnInputThatChangesMeanwhile() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let path = folder.path("in/a.wav")
    let typist = Typist { _, _ in try Data("one two".utf8).write(to: URL(filePath: path)) }
    var batch = BatchFixture(folder)
    batch.options.retries = 0
    #expect(try batch.run(typist).totals.failures == [.changed: 1])
    #expect(folder.read("out/a.txt") == nil)
  }

  @Test
  func stopsAtTheFirstFailureIfAsked() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "bad"])
    for number in 0..<20 { try folder.write("in/b\(number).wav", "bad") }
    var batch = BatchFixture(folder)
    batch.options.jobs = 1
    batch.options.failsFast = true
    #expect(try batch.run(Typist()).totals.failed == 1)
  }

  @Test
  func stopsWhenTheDiskIsFull() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "b.wav": "two", "c.wav": "three"])
    let typist = Typist { _, _ in throw TranscriptionError.output(.diskFull(path: "x")) }
    var batch = BatchFixture(folder)
    batch.options.jobs = 1
    let outcome = try batch.run(typist)
    #expect(outcome.totals.failures == [.noSpace: 1])
    #expect(FailureClass.noSpace.isExhausted)
    #expect(try batch.run(Typist()).totals.done == 3)
  }

  @Test
  func leavesNothingBehindWhenCancelled() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "b.wav": "two"])
    let cancellation = Cancellation()
    let typist = Typist { _, _ in cancellation.cancel() }
    var batch = BatchFixture(folder)
    batch.options.jobs = 1
    let outcome = try batch.run(typist, cancellation: cancellation)
    #expect(outcome.wasCancelled)
    #expect(outcome.totals.done == 0)
    #expect(try folder.names(below: "out") == [".viseme/probes.tsv", "report.jsonl"])
    #expect(try batch.run(Typist()).totals.done == 2)
  }

  @Test
  func twoRunsShareTheWork() throws {
    let folder = try TemporaryFolder(inputs: [:])
    for number in 0..<40 { try folder.write("in/f\(number).wav", "file \(number)") }
    let typist = Typist { _, _ in usleep(2_000) }
    let outcomes = Guarded<[BatchOutcome]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      let outcome = try? BatchFixture(folder).run(typist)
      outcomes.withLock { list in outcome.map { list.append($0) } }
    }
    #expect(typist.overlaps == [])
    #expect(typist.opened.count == 40)
    #expect(typist.opened.values.allSatisfy { $0 == 1 })
    let totals = outcomes.withLock { $0.map(\.totals) }
    #expect(totals.count == 2)
    #expect(totals.reduce(0) { $0 + $1.done } == 40)
    #expect(totals.allSatisfy { $0.done + $0.kept == 40 })
  }

  @Test
  func shardsTogetherDoEverythingOnce() throws {
    let folder = try TemporaryFolder(inputs: [:])
    for number in 0..<10 {
      try folder.write("in/f\(number).wav", String(repeating: "word ", count: number + 1))
    }
    let typist = Typist()
    var done = 0
    for index in 1...3 {
      var batch = BatchFixture(folder)
      batch.options.shard = Shard(index: index, count: 3)
      batch.options.report = folder.path("out/report-\(index)of3.jsonl")
      done += try batch.run(typist).totals.done
    }
    #expect(done == 10)
    #expect(typist.opened.values.allSatisfy { $0 == 1 })
    let merged = try MergedReport(paths: [folder.path("out")])
    #expect(merged.lines.count == 10)
    #expect(merged.missingShards == [])
  }

  /// As a process finds it that starts after two kills.
  @Test
  func whatWasInWorkAtADeathComesLast() throws {
    let folder = try TemporaryFolder(inputs: [
      "long.wav": "a b c d", "mid.wav": "a b", "short.wav": "a",
    ])
    let state = StateFolder(outputs: folder.path("out/"))
    try state.make()
    for (key, deaths) in [("long", 1), ("mid", 0)] {
      var worker = Worker.current
      worker.started = "1"
      let text = ClaimText(
        nonce: key, key: key, stem: key, worker: worker, deaths: deaths)
      try JSONEncoder().encode(text).write(to: URL(filePath: state.claim(key)))
    }
    let order = Guarded<[String]>([])
    var batch = BatchFixture(folder)
    batch.options.jobs = 1
    let outcome = try batch.run(Typist()) { event in
      if case .started(let path) = event { order.withLock { $0.append(path) } }
    }
    #expect(
      order.withLock { $0 } == ["short", "mid", "long"].map { folder.path("in/\($0).wav") })
    #expect(outcome.totals.done == 3)
    #expect(try folder.names(below: "out/.viseme/work") == [])
  }

  @Test
  func reportsWhatIsNoFile() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "d/x.wav": "two"])
    mkfifo(folder.path("in/pipe.wav"), 0o600)
    let batch = BatchFixture(folder)
    let outcome = try batch.run(
      Typist(),
      operands: ["a.wav", "pipe.wav", "none.wav", "*.mp4", "d/*.wav"].map {
        folder.path("in/\($0)")
      })
    #expect(outcome.totals.done == 2)
    #expect(outcome.totals.failures == [.notAFile: 1, .notFound: 2])
    #expect(folder.read("out/x.txt") == "two\n")
  }
}
