import Dispatch

/// Readers that any number of recordings share: one copy of the weights, one set of decoders, and
/// batches that are filled with segments of all of them.
///
/// A recording's words do not depend on what is read beside it. A recording that fails leaves the
/// others alone; `cancellation` ends the readers and every recording that waits for them.
package final class SharedReaders: Sendable {
  /// Networks that recordings are read with.
  let models: TranscriptionModels
  /// Turns to compute, for the readers and for the stages of every recording.
  let permits: ComputePermits
  /// Segments of all recordings. One at a time: it is up to 28 s of audio, about 2 MB.
  let segments = BoundedQueue<NumberedSegment>(capacity: 1)
  private let group = DispatchGroup()
  private let token: Cancellation.Token
  private let cancellation: Cancellation

  /// Starts `threads` readers, at least one, that look at pictures as `lips` says (at those of
  /// recordings whose requests do not forbid it). `finish()` must be called in the end.
  package init(
    models: TranscriptionModels, threads: Int, lips: LipUse = .auto, cancellation: Cancellation
  ) {
    let threads = max(1, threads)
    self.models = models
    self.cancellation = cancellation
    permits = ComputePermits(threads: threads)
    token = cancellation.onCancel { [segments] in segments.cancel() }
    let clocks = ReaderClocks(
      encoding: StageClock(name: "encode"), looking: StageClock(name: "look"),
      decoding: StageClock(name: "decode"))
    for _ in 0..<threads {
      let queue = DispatchQueue(label: "viseme.read", qos: .userInitiated)
      queue.async(group: group) { [models, permits, segments] in
        var reader = Reader(
          models: models, lips: lips, isAlone: threads == 1, permits: permits, clocks: clocks)
        // Only a cancellation ends it early, and those who wait have seen that themselves.
        try? reader.run(StageInput(queue: segments, clock: clocks.encoding))
      }
    }
  }

  /// Ends the readers when they have read everything, and waits for them. No recording may be
  /// under way.
  package func finish() {
    segments.close()
    group.wait()
    cancellation.remove(token)
  }
}
