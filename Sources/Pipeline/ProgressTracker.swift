import AudioEncoder
import Demux
import Synchronization

/// Follows a run from its two ends: what has been heard, and which segments are still in work.
final class ProgressTracker: Sendable {
  private struct State {
    var heard = 0.0
    var pending: [Int64] = []
  }

  private let state = Mutex(State())
  private let start: Double
  private let total: Double?
  private let report: @Sendable (TranscriptionProgress) -> Void

  /// A tracker of the seconds from `start` to `end` (nil: unknown) of a recording.
  init(
    start: Double, end: Double?, report: @escaping @Sendable (TranscriptionProgress) -> Void
  ) {
    self.start = start
    total = end.map { max($0 - start, 0) }
    self.report = report
  }

  /// A block went through voice activity and `segments` came of it.
  func heard(_ block: AudioBlock, _ segments: [PendingSegment]) {
    let end = Double(block.startSample + Int64(block.samples.count)) / Double(deliveredSampleRate)
    update { state in
      state.heard = max(state.heard, end)
      state.pending += segments.map(\.speech.startSample)
    }
  }

  /// The audio has ended and `segments` were still open.
  func heard(_ segments: [PendingSegment]) {
    update { $0.pending += segments.map(\.speech.startSample) }
  }

  /// A segment is done.
  func finished(_ span: SpeechSpan) {
    update { state in
      if let index = state.pending.firstIndex(of: span.startSample) {
        state.pending.remove(at: index)
      }
    }
  }

  private func update(_ change: (inout State) -> Void) {
    let done = state.withLock { state in
      change(&state)
      let oldest = state.pending.min().map { Double($0) / Double(deliveredSampleRate) }
      return min(oldest ?? state.heard, state.heard)
    }
    report(TranscriptionProgress(done: max(done - start, 0), total: total))
  }
}
