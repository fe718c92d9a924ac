import Dispatch
import Support

/// Readers that any number of recordings share: one copy of the weights, one set of decoders, and
/// batches that are filled with segments of all of them.
///
/// A recording's words do not depend on what is read beside it. A recording that fails leaves the
/// others alone. A reader that fails ends all of them, and every recording that uses them or will
/// fails for the same reason; so does `cancellation`.
package final class SharedReaders: Sendable {
  /// What a reader does until there are no more segments.
  typealias Read =
    @Sendable (BoundedQueue<SegmentTask>, ComputePermits) throws(TranscriptionError) -> Void

  /// Networks that recordings are read with.
  let models: TranscriptionModels
  /// Turns to compute, for the readers and for the stages of every recording.
  let permits: ComputePermits
  /// Segments of all recordings. One at a time: it is up to 28 s of audio, about 2 MB.
  let tasks = BoundedQueue<SegmentTask>(capacity: 1)
  private let group = DispatchGroup()
  private let token: Cancellation.Token
  private let cancellation: Cancellation
  private let slowStart: SlowStart
  /// Of the readers that wait for the end of the slow start.
  private let rest = Guarded<Cancellation.Token?>(nil)
  private let failure = Guarded<TranscriptionError?>(nil)
  /// Asked for when there is a `failure`.
  private let failed = Cancellation()

  /// Starts `threads` readers, at least one: the first now, the others when `slowStart` is over.
  /// `finish()` must be called in the end.
  package convenience init(
    models: TranscriptionModels, threads: Int, slowStart: SlowStart = .none,
    cancellation: Cancellation
  ) {
    let isAlone = threads <= 1
    let clocks = ReaderClocks(
      encoding: StageClock(name: "encode"), looking: StageClock(name: "look"),
      decoding: StageClock(name: "decode"))
    self.init(
      models: models, threads: threads, slowStart: slowStart, cancellation: cancellation
    ) { tasks, permits throws(TranscriptionError) in
      var reader = Reader(
        models: models, isAlone: isAlone, permits: permits, slowStart: slowStart, clocks: clocks)
      try reader.run(StageInput(queue: tasks, clock: clocks.encoding))
    }
  }

  /// Starts `threads` readers, each of which is one call of `read`.
  init(
    models: TranscriptionModels, threads: Int, slowStart: SlowStart = .none,
    cancellation: Cancellation, read: @escaping Read
  ) {
    self.models = models
    self.cancellation = cancellation
    self.slowStart = slowStart
    permits = ComputePermits(threads: 1)
    token = cancellation.onCancel { [tasks] in tasks.cancel() }
    start(read)
    let others = max(threads - 1, 0)
    let waiting = slowStart.onEnd { [self] in
      permits.add(threads: others)
      for _ in 0..<others { start(read) }
    }
    rest.withLock { $0 = waiting }
  }

  private func start(_ read: @escaping Read) {
    DispatchQueue(label: "viseme.read", qos: .userInitiated).async(group: group) { [self] in
      do throws(TranscriptionError) { try read(tasks, permits) } catch { fail(error) }
    }
  }

  /// Whether a reader has nothing to read.
  package var areWaiting: Bool { tasks.isAwaited }

  /// Calls `handler` when a reader fails, at once when one has failed. The handler is kept until
  /// then: take it back with `remove(_:)`.
  func onFailure(_ handler: @escaping @Sendable (TranscriptionError) -> Void) -> Cancellation.Token
  {
    failed.onCancel { [failure] in
      if let error = failure.withLock({ $0 }) { handler(error) }
    }
  }

  /// Forgets a handler that has not run.
  func remove(_ token: Cancellation.Token) { failed.remove(token) }

  /// Ends all recordings for the first error. What a reader throws that was woken so comes later.
  private func fail(_ error: TranscriptionError) {
    failure.withLock { failure in
      if failure == nil { failure = error }
    }
    // First the recordings: they must not take the end of the queue for the reason.
    failed.cancel()
    tasks.cancel()
  }

  /// Ends the readers when they have read everything, and waits for them. No recording may be
  /// under way.
  package func finish() {
    rest.withLock { $0.map(slowStart.remove) }
    tasks.close()
    group.wait()
    cancellation.remove(token)
  }
}
