import Demux
import Fixtures
import Foundation
import Support
import Testing
import Transcript

@testable import Pipeline

/// Recordings that share one set of readers.
@Suite(
  "Shared readers", .timeLimit(.minutes(10)),
  .enabled(if: InstalledModels.canTranscribe, "needs the models: viseme models install"),
  .enabled(if: Recording.canMake, "needs the ffmpeg command"),
  .enabled(if: SharedData.jfk != nil, "needs ../shared/data"))
struct SharedReadersTests {
  private static let models = Result { () throws(TranscriptionError) in
    try TranscriptionModels(store: InstalledModels.store)
  }

  private func segments(
    _ input: String, _ readers: SharedReaders, _ cancellation: Cancellation = Cancellation(),
    begin: () -> Void = {}
  ) -> Result<[Segment], TranscriptionError> {
    var segments: [Segment] = []
    return Result { () throws(TranscriptionError) in
      _ = try Transcriber.run(
        TranscriptionRequest(input: input), sharing: { readers },
        program: ModelInfo(name: "tests", version: "0"), cancellation: cancellation,
        progress: { _ in }, begin: { _ in begin() }, segment: { segments.append($0) })
      return segments
    }
  }

  /// The President's words several times over, which makes several segments.
  private func speech(_ name: String, times: Int) throws -> String {
    let jfk = try #require(SharedData.jfk).path
    return try Recording.make(
      name, ["-stream_loop", String(times - 1), "-i", jfk, "-ac", "1", "-c:a", "flac"])
  }

  /// In a slow start too, which here goes on to the end.
  @Test(arguments: [(1, SlowStart.none), (2, .none), (2, SlowStart())])
  func eachIsReadAsIfAlone(threads: Int, slowStart: SlowStart) throws {
    let inputs = try [1, 3, 2].map { try speech("shared-\($0).flac", times: $0) }
    let alone = try inputs.map { try TranscriberRun($0).segments }
    let readers = SharedReaders(
      models: try Self.models.get(), threads: threads, slowStart: slowStart,
      cancellation: Cancellation())
    let results = Guarded<[Int: Result<[Segment], TranscriptionError>]>([:])
    DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
      let result = segments(inputs[index], readers)
      results.withLock { $0[index] = result }
    }
    readers.finish()
    for index in inputs.indices {
      let result = try #require(results.withLock { $0[index] })
      #expect(try result.get() == alone[index])
      #expect(!alone[index].isEmpty)
    }
  }

  @Test(arguments: [true, false])
  func othersStartWhenTheSlowStartIsOver(endsFirst: Bool) throws {
    let (slowStart, started) = (SlowStart(), Guarded(0))
    let readers = SharedReaders(
      models: try Self.models.get(), threads: 3, slowStart: slowStart, cancellation: Cancellation()
    ) { segments, _ in
      started.withLock { $0 += 1 }
      _ = segments.pop()
    }
    while started.withLock({ $0 }) == 0 { usleep(1_000) }
    usleep(50_000)
    #expect(started.withLock { $0 } == 1)
    if endsFirst {
      slowStart.end()
      while started.withLock({ $0 }) < 3 { usleep(1_000) }
    }
    readers.finish()
    slowStart.end()
    usleep(50_000)
    #expect(started.withLock { $0 } == (endsFirst ? 3 : 1))
  }

  @Test
  func oneThatIsStoppedLeavesTheOthersAlone() throws {
    let input = try speech("shared-3.flac", times: 3)
    let alone = try TranscriberRun(input).segments
    let readers = SharedReaders(
      models: try Self.models.get(), threads: 2, cancellation: Cancellation())
    let results = Guarded<[Int: Result<[Segment], TranscriptionError>]>([:])
    DispatchQueue.concurrentPerform(iterations: 3) { index in
      let cancellation = Cancellation()
      if index == 1 { cancellation.cancel() }
      let result = segments(index == 2 ? "none.wav" : input, readers, cancellation)
      results.withLock { $0[index] = result }
    }
    readers.finish()
    #expect(results.withLock { $0[0] } == .success(alone))
    #expect(results.withLock { $0[1] } == .failure(.cancelled))
    #expect(results.withLock { $0[2] } == .failure(.demux(.notFound)))
  }

  /// The first segment is taken and never given back: who waits for it must be told too.
  @Test(arguments: [1, 2])
  func aReaderThatFailsFailsAll(threads: Int) throws {
    let inputs = try [1, 3].map { try speech("shared-\($0).flac", times: $0) }
    let failure = TranscriptionError.fault("blind")
    let readers = SharedReaders(
      models: try Self.models.get(), threads: threads, cancellation: Cancellation()
    ) { segments, _ throws(TranscriptionError) in
      if case .element = segments.pop() { throw failure }
      throw .cancelled
    }
    let results = Guarded<[Result<[Segment], TranscriptionError>]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let result = segments(inputs[index], readers)
      results.withLock { $0.append(result) }
    }
    #expect(results.withLock { $0 } == [.failure(failure), .failure(failure)])
    // One that comes later too.
    #expect(segments(inputs[0], readers) == .failure(failure))
    readers.finish()
  }

  @Test
  func aCancellationEndsAll() throws {
    let input = try speech("shared-3.flac", times: 3)
    let cancellation = Cancellation()
    let readers = SharedReaders(
      models: try Self.models.get(), threads: 1, cancellation: cancellation)
    let results = Guarded<[Result<[Segment], TranscriptionError>]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      let result = segments(input, readers, cancellation) { cancellation.cancel() }
      results.withLock { $0.append(result) }
    }
    readers.finish()
    #expect(results.withLock { $0 } == [.failure(.cancelled), .failure(.cancelled)])
  }
}
