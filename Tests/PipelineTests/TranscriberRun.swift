import Demux
import Fixtures
import Support
import Transcript

@testable import Pipeline

/// One run of the transcriber with everything that it reported.
struct TranscriberRun {
  let segments: [Segment]
  let summary: TranscriptionSummary
  let progress: [TranscriptionProgress]

  private static let models = Result { () throws(TranscriptionError) in
    try TranscriptionModels(store: InstalledModels.store)
  }
  static let transcriber = Transcriber { () throws(TranscriptionError) in try models.get() }

  /// Transcribes the recording at `input`; `observe` sees each segment as it comes.
  init(
    _ input: String, track: AudioTrackSelection = .automatic, start: Double? = nil,
    end: Double? = nil, threads: Int = 1, cancellation: Cancellation = Cancellation(),
    onProgress: @escaping @Sendable (TranscriptionProgress) -> Void = { _ in },
    onSegment: (Segment) -> Void = { _ in }
  ) throws(TranscriptionError) {
    var options = RecognitionOptions()
    options.track = track
    options.start = start
    options.end = end
    let request = TranscriptionRequest(input: input, options: options, threads: threads)
    let reports = Reports()
    var segments: [Segment] = []
    summary = try Self.transcriber.run(
      request, program: ModelInfo(name: "tests", version: "0"), cancellation: cancellation,
      progress: { progress in
        reports.add(progress)
        onProgress(progress)
      },
      begin: { _ in },
      segment: { segment in
        segments.append(segment)
        onSegment(segment)
      })
    self.segments = segments
    progress = reports.all
  }

  /// All words of a track, or of all.
  func words(track: Int? = nil) -> [Word] {
    segments.filter { track == nil || $0.track == track }.flatMap(\.words)
  }
}

/// What was reported from several threads.
private final class Reports: Sendable {
  private let list = Guarded<[TranscriptionProgress]>([])

  func add(_ progress: TranscriptionProgress) { list.withLock { $0.append(progress) } }

  var all: [TranscriptionProgress] { list.withLock { $0 } }
}

/// The words of `text` in lower case, without punctuation.
func normalised(_ text: String) -> [String] {
  text.lowercased().split(separator: " ").map { $0.filter { $0.isLetter || $0.isNumber } }
    .filter { !$0.isEmpty }
}
