import AudioEncoder

/// The stages from audio to words, wherever the audio comes from.
struct Recognition {
  /// Segments between voice activity and the transcript at most: words of those that were read
  /// while an earlier one takes long. They are small.
  private static let window = 128
  /// Blocks that are read and searched for speech in one go: 4 s of audio.
  private static let runLength = 8

  let models: TranscriptionModels
  /// Whether pictures are looked at.
  let lips: LipUse
  let segmenter: SegmenterConfig
  /// Audio tracks of a recording, ordinals from 0.
  let tracks: [Int]
  /// Threads to keep busy, at least 1.
  let threads: Int

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
    let permits = ComputePermits(threads: threads)
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
    let segments = stages.stage("segment", after: blocks, capacity: 1) {
      [tracks, segmenter, models]
      (input, output: StageOutput<NumberedSegment>) throws(TranscriptionError) in
      var stage = SegmentStage(
        tracks: tracks, config: segmenter, weights: models.voiceActivity)
      while let run = try input.next() {
        let ready = permits.work(output.clock, .feeding) {
          run.flatMap { stage.process($0) }
        }
        tracker?.heard(run, ready)
        try Self.send(ready, output, read)
      }
      let rest = permits.work(output.clock, .feeding) { stage.finish() }
      tracker?.heard(rest)
      try Self.send(rest, output, read)
      read.close()
    }
    let clocks = ReaderClocks(stages)
    stages.workers("read", count: threads, after: segments, into: read, clock: clocks.encoding) {
      [models, lips] input, read throws(TranscriptionError) in
      var reader = Reader(
        models: models, lips: lips, isAlone: threads == 1, permits: permits, clocks: clocks)
      try reader.run(input, read)
    }
    return read
  }

  /// The next blocks; fewer than `runLength` at the end.
  private static func run(
    _ next: () throws(TranscriptionError) -> SourceBlock?
  ) throws(TranscriptionError) -> [SourceBlock] {
    var run: [SourceBlock] = []
    while run.count < runLength, let block = try next() { run.append(block) }
    return run
  }

  private static func send(
    _ segments: [PendingSegment], _ output: StageOutput<NumberedSegment>,
    _ read: ReorderBuffer<ReadSegment>
  ) throws(TranscriptionError) {
    for segment in segments {
      guard let number = output.clock.blocked(read.enter) else { throw .cancelled }
      try output.send(NumberedSegment(number: number, pending: segment))
    }
  }
}
