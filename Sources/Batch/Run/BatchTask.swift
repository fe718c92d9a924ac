import Foundation
import Pipeline
import Support
import Transcript

/// A recording to work on.
struct BatchTask: Sendable {
  let item: BatchItem
  let place: OutputPlace
  /// Its length in seconds, where its container tells.
  let seconds: Double?
  /// What orders recordings: its length, or a guess from its size.
  let weight: Double
  /// How often it failed in this run.
  var attempts = 0
  /// Workers that died with it in work.
  var deaths = 0

  /// Seconds from which on what is read of a recording is kept while it is in work.
  private static let leastKept = 10.0

  /// Whether it is so long that it pays to keep what was read of it: a shorter one is a segment or two
  /// that readers have in work.
  func isKept(from start: Double?, to end: Double?) -> Bool {
    let last = [seconds, end].compactMap(\.self).min() ?? .infinity
    return last - (start ?? 0) >= Self.leastKept
  }

  /// What orders recordings in a slow start.
  var slowWeight: Double { weight * exp2(Double(deaths)) }

  /// Bytes it takes while it is open.
  var memory: Int { MemoryBudget.estimate(seconds: seconds ?? weight) }
}

/// What came of a recording.
package enum BatchResult: Sendable, Hashable {
  /// Transcribed now.
  case done(ReportLine)
  /// Failed now.
  case failed(ReportLine)
  /// Transcribed before, and unchanged.
  case kept(ReportLine)
  /// Failed before for good, and unchanged.
  case remembered(ReportLine)

  /// The line that tells it.
  package var line: ReportLine {
    switch self {
    case .done(let line), .failed(let line), .kept(let line), .remembered(let line): line
    }
  }
}

/// What happens in a batch, for those who watch it.
package enum BatchEvent: Sendable {
  /// So many recordings of so many seconds in all are to be looked at.
  case planned(count: Int, seconds: Double)
  /// Work on a recording begins.
  case started(path: String)
  case progress(path: String, TranscriptionProgress)
  /// It failed, and will be tried again.
  case willRetry(ReportLine)
  /// A recording of so many seconds is dealt with.
  case settled(BatchResult, path: String, seconds: Double)
}

/// What a batch needs of its surroundings.
package struct BatchServices: Sendable {
  /// Transcribes one recording beside others; see `Transcriber.run`.
  package typealias Transcribe =
    @Sendable (
      _ request: TranscriptionRequest, _ checkpoints: Checkpoints?, _ cancellation: Cancellation,
      _ progress: @escaping @Sendable (TranscriptionProgress) -> Void,
      _ begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
      _ segment: (Segment) throws(TranscriptionError) -> Void
    ) throws(TranscriptionError) -> TranscriptionSummary

  package var transcribe: Transcribe
  /// A failure of the recording at a path as a person reads it, without the path.
  package var explain: @Sendable (BatchFailure, String) -> String
  /// What a reader of a transcript must know.
  package var notes: @Sendable (TranscriptionSummary, TranscriptionRequest) -> [String]
  /// Told what happens, from any thread, one call at a time.
  package var observe: @Sendable (BatchEvent) -> Void
  /// Whether those who transcribe have nothing to do, though recordings are in work.
  package var isIdle: @Sendable () -> Bool

  package init(
    transcribe: @escaping Transcribe, explain: @escaping @Sendable (BatchFailure, String) -> String,
    notes: @escaping @Sendable (TranscriptionSummary, TranscriptionRequest) -> [String],
    observe: @escaping @Sendable (BatchEvent) -> Void,
    isIdle: @escaping @Sendable () -> Bool = { false }
  ) {
    self.transcribe = transcribe
    self.explain = explain
    self.notes = notes
    self.observe = observe
    self.isIdle = isIdle
  }
}
