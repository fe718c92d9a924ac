/// A run that yields a recording's segments, in the order of their starts.
///
/// It is read once: a second iterator goes on where the first stands.
public struct Transcription: AsyncSequence, Sendable {
  /// A segment with its words.
  public typealias Element = TranscriptSegment
  /// What the loop throws.
  public typealias Failure = VisemeError

  private let run: TranscriptionRun

  init(_ run: TranscriptionRun) {
    self.run = run
  }

  /// All but the segments, once the last of them was read; nil before.
  public var result: TranscriptionResult? { run.result }

  /// Starts the run where it has not started.
  public func makeAsyncIterator() -> Iterator { Iterator(run) }

  /// Reads the segments; the run stops when it goes.
  public struct Iterator: AsyncIteratorProtocol {
    /// Stops the run when the last copy of the iterator goes.
    private final class Reading: Sendable {
      let run: TranscriptionRun

      init(_ run: TranscriptionRun) { self.run = run }

      deinit { run.cancel() }
    }

    private let reading: Reading

    init(_ run: TranscriptionRun) {
      reading = Reading(run)
    }

    /// The next segment; nil after the last.
    public mutating func next() async throws(VisemeError) -> TranscriptSegment? {
      try await next(isolation: nil)
    }

    /// The next segment; nil after the last.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(VisemeError) -> TranscriptSegment? {
      let run = reading.run
      return try await withTaskCancellationHandler {
        await run.next()
      } onCancel: {
        run.cancel()
      }.get()
    }
  }
}
