import Fixtures
import Foundation
import Support
import Testing

@testable import Pipeline

@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: Recording.canMake, "there is no ffmpeg"), .timeLimit(.minutes(10)))
struct TranscriberCancellationTests {
  /// Ten hours of hum and noise: no test could wait for their end.
  private static func long() throws -> String {
    let hour = try Recording.make(
      "minute.wav",
      ["-f", "lavfi", "-i", "anoisesrc=r=8000:d=60:a=0.2:seed=3", "-ac", "1"])
    return try Recording.make(
      "long.mka", ["-stream_loop", "599", "-i", hour, "-c", "copy"])
  }

  /// What a caller's closures hold.
  private final class Held: Sendable {
    let calls = Guarded(0)

    func count() -> Int {
      calls.withLock {
        $0 += 1; return $0
      }
    }
  }

  /// Runs and is cancelled at the progress report number `count`; the held object is returned
  /// weakly, to see whether anything still holds it.
  private static func cancelledRun(at count: Int, threads: Int) throws -> () -> Bool {
    let held = Held()
    let cancellation = Cancellation()
    if count == 0 { cancellation.cancel() }
    let path = try long()
    #expect(throws: TranscriptionError.cancelled) {
      _ = try TranscriberRun(
        path, threads: threads, cancellation: cancellation,
        onProgress: { _ in if held.count() == count { cancellation.cancel() } })
    }
    let reports = held.calls.withLock { $0 }
    // What was on its way when the run was cancelled may still be reported, but no more than
    // the queues hold.
    #expect(reports <= count + 20)
    return { [weak held] in held == nil }
  }

  @Test(arguments: [0, 1, 40], [1, 3])
  func aCancelledRunEndsAndLetsGo(count: Int, threads: Int) async throws {
    let isReleased = try Self.cancelledRun(at: count, threads: threads)
    // A stage's block is released by its queue just after the stage has ended.
    for _ in 0..<1_000 where !isReleased() { try await Task.sleep(for: .milliseconds(5)) }
    #expect(isReleased())
  }
}
