import Support
import AudioEncoder
import Decoding

/// The stages from audio to words, wherever the audio comes from.
struct Recognition {
  /// Segments between voice activity and the transcript at most: words of those that were read
  /// while an earlier one takes long. They are small.
  private static let window = 128
  /// Blocks that are read and searched for speech in one go: 4 s of audio.
  private static let runLength = 8

  let models: TranscriptionModels
  let segmenter: SegmenterConfig
  /// Audio tracks of a recording, ordinals from 0.
  let tracks: [Int]
  /// Who reads the segments.
  let readers: Readers
  /// What is expected to be spoken of; nil where nothing is.
  var terms: TermTree?
  /// What was read before, and who keeps what is read; nil where nothing is kept.
  var checkpoints: Checkpoints?

  private typealias Cut =
    @Sendable (StageInput<[SourceBlock]>, StageOutput<NumberedSegment>) throws(TranscriptionError)
    -> Void

  /// Who reads the segments of a run.
  enum Readers {
    /// As many as there are threads, for this run alone; they look at pictures as told.
    case own(threads: Int, lips: LipUse)
    /// Those of several runs.
    case shared(SharedReaders)

    /// Lets a failure of shared readers end `stages`, until what this returns is called.
    func link(to stages: Stages) -> () -> Void {
      guard case .shared(let readers) = self else { return {} }
      let token = readers.onFailure { stages.fail($0) }
      return { readers.remove(token) }
    }
  }

  /// Starts the stages.
  ///
  /// - Parameters:
  ///   - stages: the run they belong to.
  ///   - source: the first stage's name.
  ///   - waits: whether `next` may wait for another process; it is then not counted as busy.
  ///   - tracker: told what was heard.
  ///   - next: the next block of audio, nil at the end; called on the first stage's queue.
  /// - Returns: the segments, in the order of recordings and of starts.
  func start(
    _ stages: Stages, source: String, waits: Bool = false, tracker: ProgressTracker?,
    next: @escaping @Sendable () throws(TranscriptionError) -> SourceBlock?
  ) -> ReorderBuffer<ReadSegment> {
    let permits =
      switch readers {
      case .own(let threads, _): ComputePermits(threads: threads)
      case .shared(let readers): readers.permits
      }
    let blocks = stages.source(source, capacity: 1) {
      (output: StageOutput<[SourceBlock]>) throws(TranscriptionError) in
      var isAtEnd = false
      while !isAtEnd {
        let run =
          try waits
          ? Self.run(next)
          : permits.work(output.clock, .feeding) { () throws(TranscriptionError) in
            try Self.run(next)
          }
        isAtEnd = run.count < Self.runLength
        try output.send(run)
      }
    }
    let read = ReorderBuffer<ReadSegment>(window: Self.window)
    stages.register(read)
    let cut = cut(into: read, permits, tracker)
    switch readers {
    case .own(let threads, let lips):
      let segments = stages.stage("segment", after: blocks, capacity: 1, cut)
      startReaders(stages, threads: threads, lips: lips, after: segments, permits)
    case .shared(let readers):
      stages.stage("segment", after: blocks, feeding: readers.segments, cut)
    }
    return read
  }

  /// The stage that finds segments of speech; what is read of them goes into `read`.
  private func cut(
    into read: ReorderBuffer<ReadSegment>, _ permits: ComputePermits, _ tracker: ProgressTracker?
  ) -> Cut {
    { [self] input, output throws(TranscriptionError) in
      var stage = SegmentStage(
        tracks: tracks, config: segmenter, weights: models.voiceActivity)
      while let run = try input.next() {
        let ready = permits.work(output.clock, .feeding) {
          run.flatMap { stage.process($0) }
        }
        tracker?.heard(run, ready)
        try send(ready, output, read, tracker)
      }
      let rest = permits.work(output.clock, .feeding) { stage.finish() }
      tracker?.heard(rest)
      try send(rest, output, read, tracker)
      read.close()
      tracker?.cut()
    }
  }

  private func startReaders(
    _ stages: Stages, threads: Int, lips: LipUse, after segments: BoundedQueue<NumberedSegment>,
    _ permits: ComputePermits
  ) {
    let clocks = ReaderClocks(stages)
    stages.workers("read", count: threads, after: segments, clock: clocks.encoding) {
      [models] input throws(TranscriptionError) in
      var reader = Reader(
        models: models, lips: lips, isAlone: threads == 1, permits: permits, clocks: clocks)
      try reader.run(input)
    }
  }

  /// The next blocks; fewer than `runLength` at the end.
  private static func run(
    _ next: () throws(TranscriptionError) -> SourceBlock?
  ) throws(TranscriptionError) -> [SourceBlock] {
    var run: [SourceBlock] = []
    while run.count < runLength, let block = try next() { run.append(block) }
    return run
  }

  /// Hands segments to readers, but for those that were read before.
  private func send(
    _ segments: [PendingSegment], _ output: StageOutput<NumberedSegment>,
    _ read: ReorderBuffer<ReadSegment>, _ tracker: ProgressTracker?
  ) throws(TranscriptionError) {
    for pending in segments {
      guard let number = output.clock.blocked(read.enter) else { throw .cancelled }
      var segment = NumberedSegment(
        number: number, pending: pending, terms: terms, output: read, checkpoints: checkpoints)
      if segment.restore() {
        tracker?.restored(pending.speech.seconds)
      } else {
        try output.send(segment)
      }
    }
  }
}
