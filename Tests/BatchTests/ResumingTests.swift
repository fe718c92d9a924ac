import Demux
import Foundation
import Pipeline
import Support
import Testing
import Transcript

@testable import Batch

/// Batches that go on within a recording.
@Suite("Resuming a recording", .timeLimit(.minutes(10)))
struct ResumingTests {
  private let folder: TemporaryFolder
  private let words = "one two three"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("in/a.wav", words)
  }

  /// A run that is stopped when the words were read.
  private func stop(_ batch: BatchFixture) throws {
    let cancellation = Cancellation()
    let typist = Typist(keepsWords: true) { _, _ in cancellation.cancel() }
    let outcome = try batch.run(typist, cancellation: cancellation)
    #expect(outcome.wasCancelled)
    #expect(typist.read.count == 3)
    #expect(try folder.names(below: "out/.viseme/work") == ["a.segments"])
  }

  @Test
  func whatWasReadIsNotReadAgain() throws {
    let batch = BatchFixture(folder)
    try stop(batch)
    let typist = Typist(keepsWords: true)
    let outcome = try batch.run(typist)
    #expect(typist.read == [])
    #expect(outcome.totals.done == 1)
    #expect(outcome.totals.resumed == 3)
    #expect(batch.report()["a.wav"]?.map(\.resumed) == [3])
    #expect(folder.read("out/a.txt") == "\(words)\n")
    #expect(try folder.names(below: "out/.viseme/work") == [])
  }

  @Test(arguments: ["content", "formats", "program", "force", "damage"])
  func whatIsNotTheSameIsReadAgain(change: String) throws {
    var batch = BatchFixture(folder)
    try stop(batch)
    switch change {
    case "content": try folder.write("in/a.wav", "one two three four")
    case "formats": batch.formats = [.txt]
    case "program": batch.version = "2"
    case "force": batch.isForced = true
    default: try folder.write("out/.viseme/work/a.segments", "viseme segments\n")
    }
    let typist = Typist(keepsWords: true)
    #expect(try batch.run(typist).totals.resumed == 0)
    #expect(typist.read.count == (change == "content" ? 4 : 3))
    #expect(try folder.names(below: "out/.viseme/work") == [])
  }

  /// Also in a run that does everything again: it was read in this run.
  @Test(arguments: [false, true])
  func anotherTryGoesOn(isForced: Bool) throws {
    let tries = Guarded(0)
    let typist = Typist(keepsWords: true) { _, _ in
      let isFirst = tries.withLock { tries in
        tries += 1
        return tries == 1
      }
      if isFirst { throw TranscriptionError.demux(.readFailed(code: EIO, function: "read")) }
    }
    var batch = BatchFixture(folder)
    batch.isForced = isForced
    #expect(try batch.run(typist).totals.done == 1)
    #expect(typist.read.count == 3)
    #expect(batch.report()["a.wav"]?.map(\.resumed) == [3])
  }

  @Test(arguments: [TranscriptionError.demux(.nothingDecodable(corruptPackets: 1)), .fault("")])
  func whatFailsForGoodLeavesNothing(failure: TranscriptionError) throws {
    let batch = BatchFixture(folder)
    #expect(try batch.run(Typist(keepsWords: true) { _, _ in throw failure }).totals.failed == 1)
    #expect(try folder.names(below: "out/.viseme/work") == [])
  }

  /// Seconds of the recording, what is asked of it, and whether it pays.
  @Test(
    arguments: [
      (9.0, nil, nil, false), (10, nil, nil, true), (nil, nil, nil, true), (600, 0, 9, false),
      (600, 591, nil, false), (600, 300, 400, true), (nil, nil, 9, false), (nil, 1e4, nil, true),
    ] as [(Double?, Double?, Double?, Bool)])
  func shortOnesAreNotKept(seconds: Double?, start: Double?, end: Double?, isKept: Bool) {
    let item = BatchItem(path: "a", place: "a", isNamed: true)
    let task = BatchTask(
      item: item, place: OutputPlace(item, directory: nil), seconds: seconds, weight: 1)
    #expect(task.isKept(from: start, to: end) == isKept)
  }
}
