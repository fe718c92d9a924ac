internal import Dispatch
internal import Pipeline
internal import Support
internal import Transcript

/// One run between the thread that transcribes and the task that reads its segments.
final class TranscriptionRun: Sendable {
  /// Segments that may lie unread before the run waits.
  private static let mostUnread = 16

  /// What both sides know of the run.
  private final class State: Sendable {
    let segments = BoundedQueue<TranscriptSegment>(capacity: mostUnread)
    let cancellation = Cancellation()
    let ending = Guarded<Result<TranscriptionResult, VisemeError>?>(nil)
    let hasStarted = Guarded(false)
    /// The reader has seen the end.
    let isRead = Guarded(false)
  }

  private let state = State()
  private let transcriber: Pipeline.Transcriber
  private let request: TranscriptionRequest
  private let progress: @Sendable (TranscriptionProgress) -> Void
  /// Where a segment is waited for, as a task must not block.
  private let waiting = DispatchQueue(label: "viseme.segments")

  init(
    _ transcriber: Pipeline.Transcriber, _ request: TranscriptionRequest,
    progress: @escaping @Sendable (TranscriptionProgress) -> Void
  ) {
    self.transcriber = transcriber
    self.request = request
    self.progress = progress
    state.cancellation.onCancel { [segments = state.segments] in segments.cancel() }
  }

  /// Nil while there are segments to read, and where the run failed.
  var result: TranscriptionResult? {
    guard state.isRead.withLock({ $0 }),
      case .success(let result) = state.ending.withLock({ $0 })
    else { return nil }
    return result
  }

  /// Stops the run; what was not read is dropped. Without effect on one that has ended.
  func cancel() {
    if !state.isRead.withLock({ $0 }) { state.cancellation.cancel() }
  }

  /// The next segment; nil after the last.
  func next() async -> Result<TranscriptSegment?, VisemeError> {
    start()
    return await withCheckedContinuation { continuation in
      waiting.async { [state] in
        switch state.segments.pop() {
        case .element(let segment): continuation.resume(returning: .success(segment))
        case .cancelled: continuation.resume(returning: .failure(.cancelled))
        case .end:
          state.isRead.withLock { $0 = true }
          let ending = state.ending.withLock { $0 } ?? .failure(.cancelled)
          continuation.resume(returning: ending.map { _ in nil })
        }
      }
    }
  }

  private func start() {
    let isFirst = state.hasStarted.withLock { hasStarted in
      defer { hasStarted = true }
      return !hasStarted
    }
    guard isFirst else { return }
    DispatchQueue(label: "viseme.transcription").async {
      [state, transcriber, request, progress] in
      let result = Result { () throws(VisemeError) in
        try Self.transcribe(transcriber, request, state, progress: progress)
      }
      state.ending.withLock { $0 = result }
      state.segments.close()
    }
  }

  /// Runs to the end; the result has no segments, which were handed over.
  private static func transcribe(
    _ transcriber: Pipeline.Transcriber, _ request: TranscriptionRequest, _ state: State,
    progress: @escaping @Sendable (TranscriptionProgress) -> Void
  ) throws(VisemeError) -> TranscriptionResult {
    var header: TranscriptHeader?
    let summary: Pipeline.TranscriptionSummary
    do throws(TranscriptionError) {
      summary = try transcriber.run(
        request, program: ModelInfo(name: "viseme", version: Release.version),
        cancellation: state.cancellation,
        progress: { progress(TranscriptionProgress(done: $0.done, total: $0.total)) },
        begin: { header = $0 },
        segment: { segment throws(TranscriptionError) in
          guard state.segments.push(TranscriptSegment(segment)) else { throw .cancelled }
        })
    } catch {
      throw VisemeError(error, path: request.input)
    }
    guard let header, !state.cancellation.isCancelled else { throw .cancelled }
    var result = TranscriptionResult(header: header, segments: [])
    result.speakerTurns = (summary.voices ?? []).map(SpeakerTurn.init)
    result.remarks = Remark.all(summary, request.options)
    result.notes = result.remarks.map(\.description)
    return result
  }
}
