import Foundation
import Pipeline
import Support
import Testing

@testable import Batch

/// Folders that are watched.
@Suite(.timeLimit(.minutes(10)))
struct BatchWatchTests {
  /// A batch that looks again and again, and takes what does not change for `settling` seconds.
  private func watch(_ folder: TemporaryFolder, settling: Double = 0) -> BatchFixture {
    var batch = BatchFixture(folder)
    batch.options.watch = 0.02
    batch.options.settling = settling
    return batch
  }

  @Test
  func followsAFolder() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let cancellation = Cancellation()
    // The second recording arrives when the first one is done, half of it at first.
    let handle = Guarded<FileHandle?>(nil)
    let batch = watch(folder, settling: 0.1)
    let late = folder.path("in/b.wav")
    let outcome = try batch.run(Typist(), cancellation: cancellation) { event in
      guard case .settled(_, let path, _) = event else { return }
      if path.hasSuffix("b.wav") { return cancellation.cancel() }
      _ = FileManager.default.createFile(atPath: late, contents: Data("half ".utf8))
      handle.withLock { $0 = FileHandle(forWritingAtPath: late) }
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.5) {
        handle.withLock { handle in
          _ = try? handle?.seekToEnd()
          try? handle?.write(contentsOf: Data("whole".utf8))
          try? handle?.close()
          handle = nil
        }
      }
    }
    #expect(outcome.totals.done == 2)
    #expect(outcome.totals.failed == 0)
    #expect(folder.read("out/b.txt") == "half whole\n")
  }

  /// The first recording is not finished before the second one is, which arrives meanwhile.
  @Test
  func takesUpWhatArrivesMeanwhile() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let cancellation = Cancellation()
    let batch = watch(folder)
    let (late, done) = (folder.path("in/b.wav"), folder.path("out/b.txt"))
    let typist = Typist { name, _ in
      guard name == "a.wav" else { return }
      try Data("two".utf8).write(to: URL(filePath: late))
      for _ in 0..<10_000 where access(done, F_OK) != 0 { usleep(1_000) }
    }
    let order = Guarded<[String]>([])
    let outcome = try batch.run(typist, cancellation: cancellation) { event in
      guard case .settled(_, let path, _) = event else { return }
      order.withLock { $0.append(path) }
      if path.hasSuffix("a.wav") { cancellation.cancel() }
    }
    #expect(order.withLock { $0 } == [late, folder.path("in/a.wav")])
    #expect(outcome.totals.done == 2)
    #expect(typist.opened == ["a.wav": 1, "b.wav": 1])
  }

  /// Where a batch without an end would end.
  @Test
  func aWatchWaitsForRoomOnTheDisk() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one", "b.wav": "two", "c.wav": "three"])
    let cancellation = Cancellation()
    var batch = watch(folder)
    batch.options.jobs = 1
    let full = Guarded(2)
    let typist = Typist { _, _ in
      let isFull = full.withLock { tries in
        tries -= 1
        return tries >= 0
      }
      if isFull { throw TranscriptionError.output(.diskFull(path: "x")) }
    }
    let retried = Guarded(0)
    let outcome = try batch.run(typist, cancellation: cancellation) { event in
      switch event {
      case .willRetry: retried.withLock { $0 += 1 }
      case .settled(.done, _, _):
        if ["a", "b", "c"].allSatisfy({ folder.read("out/\($0).txt") != nil }) {
          cancellation.cancel()
        }
      default: break
      }
    }
    #expect(outcome.totals.done == 3 && outcome.totals.failed == 0)
    #expect(retried.withLock { $0 } == 2)
  }

  @Test
  func whatChangesWhileItIsInWorkIsDoneAgain() throws {
    let folder = try TemporaryFolder(inputs: ["a.wav": "one"])
    let cancellation = Cancellation()
    var batch = watch(folder)
    batch.options.retries = 0
    let path = folder.path("in/a.wav")
    let times = Guarded(0)
    let typist = Typist { _, _ in
      let isFirst = times.withLock { times in
        times += 1
        return times == 1
      }
      guard isFirst else { return }
      try Data("two words".utf8).write(to: URL(filePath: path))
      // Several looks find it changed and in work.
      usleep(100_000)
    }
    let outcome = try batch.run(typist, cancellation: cancellation) { event in
      if case .settled(.done, _, _) = event { cancellation.cancel() }
    }
    #expect(outcome.totals.failures == [.changed: 1])
    #expect(outcome.totals.done == 1)
    #expect(folder.read("out/a.txt") == "two words\n")
  }
}
