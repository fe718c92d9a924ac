import AudioEncoder
import Demux
import Support

/// Follows a run from its two ends: what has been heard, and which segments are still in work.
///
/// Reports come one at a time and never go back, though a segment that has just been cut lies
/// behind what was heard meanwhile.
final class ProgressTracker: Sendable {
  private struct State {
    var heard = 0.0
    var pending: [Int64] = []
    var reported = 0.0
    var isCut = false
    var restored = 0.0
  }

  private let state = Guarded(State())
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

  /// A block went through voice activity and `tasks` came of it.
  func heard(_ block: SourceBlock, _ tasks: [SegmentTask]) {
    update { state in
      state.heard = max(state.heard, block.end)
      state.pending += tasks.map(\.speech.startSample)
    }
  }

  /// The audio has ended and `tasks` were still open.
  func heard(_ tasks: [SegmentTask]) {
    update { $0.pending += tasks.map(\.speech.startSample) }
  }

  /// All segments were handed to readers.
  func cut() {
    update { $0.isCut = true }
  }

  /// A segment of so many seconds was read by an earlier run.
  func restored(_ seconds: Double) {
    state.withLock { $0.restored += seconds }
  }

  /// The segment that starts at the sample `start` is done.
  func finished(start: Int64) {
    update { state in
      if let index = state.pending.firstIndex(of: start) {
        state.pending.remove(at: index)
      }
    }
  }

  /// The run has ended well: everything is done.
  func finished() {
    update { state in
      state.pending = []
      if let total { state.heard = start + total }
    }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      let oldest = state.pending.min().map { Double($0) / Double(deliveredSampleRate) }
      let done = min(oldest ?? state.heard, state.heard) - start
      state.reported = max(state.reported, total.map { min(done, $0) } ?? done)
      report(
        TranscriptionProgress(
          done: state.reported, total: total, isCut: state.isCut, restored: state.restored))
    }
  }
}
