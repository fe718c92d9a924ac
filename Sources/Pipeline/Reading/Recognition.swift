import AudioEncoder
import Decoding
import Support

/// The stages from audio to words, wherever the audio comes from.
struct Recognition {
  /// Segments between voice activity and the transcript at most: words of those that were read
  /// while an earlier one takes long. They are small.
  static let window = 128

  let models: TranscriptionModels
  let segmenter: SegmenterConfig
  /// Who reads the segments.
  let readers: Readers
  /// Where what is read waits, in the order of recordings and of starts.
  let readings = ReorderBuffer<Reading>(window: window)

  private typealias Cut =
    @Sendable (StageInput<SourceBlock>, StageOutput<SegmentTask>) throws(TranscriptionError) -> Void

  /// Who reads the segments of a run.
  enum Readers {
    /// As many as there are threads, for this run alone.
    case own(threads: Int)
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
  ///   - next: the next audio of a recording, nil at the end; called on the first stage's queue. What is
  ///     read of it waits in `readings`.
  func start(
    _ stages: Stages, source: String, waits: Bool = false, tracker: ProgressTracker?,
    next: @escaping @Sendable () throws(TranscriptionError) -> SourceBlock?
  ) {
    let permits =
      switch readers {
      case .own(let threads): ComputePermits(threads: threads)
      case .shared(let readers): readers.permits
      }
    let blocks = stages.source(source, capacity: 1) {
      (output: StageOutput<SourceBlock>) throws(TranscriptionError) in
      while let block = try waits ? next() : permits.work(output.clock, .feeding, next) {
        try output.send(block)
      }
    }
    stages.register(readings)
    let cut = cut(permits, tracker)
    switch readers {
    case .own(let threads):
      let tasks = stages.stage("segment", after: blocks, capacity: 1, cut)
      startReaders(stages, threads: threads, after: tasks, permits)
    case .shared(let readers):
      stages.stage("segment", after: blocks, feeding: readers.tasks, cut)
    }
  }

  /// The stage that finds segments of speech.
  private func cut(_ permits: ComputePermits, _ tracker: ProgressTracker?) -> Cut {
    { [self] input, output throws(TranscriptionError) in
      var stage = CuttingStage(config: segmenter, weights: models.voiceActivity)
      var finder = LanguageFinder(models.speech)
      while let block = try input.next() {
        let found = permits.work(output.clock, .feeding) { stage.process(block) }
        tracker?.heard(block, found)
        let ready = permits.work(output.clock, .feeding) { finder.take(found) }
        try send(ready, output, tracker)
      }
      let rest = permits.work(output.clock, .feeding) { stage.finish() }
      tracker?.heard(rest)
      let last = permits.work(output.clock, .feeding) { finder.take(rest) + finder.finish() }
      try send(last, output, tracker)
      readings.close()
      tracker?.cut()
    }
  }

  private func startReaders(
    _ stages: Stages, threads: Int, after tasks: BoundedQueue<SegmentTask>,
    _ permits: ComputePermits
  ) {
    let clocks = ReaderClocks(stages)
    stages.workers("read", count: threads, after: tasks, clock: clocks.encoding) {
      [models] input throws(TranscriptionError) in
      var reader = Reader(
        models: models, isAlone: threads == 1, permits: permits, clocks: clocks)
      try reader.run(input)
    }
  }

  /// Hands segments to readers, but for those that were read before.
  private func send(
    _ tasks: [SegmentTask], _ output: StageOutput<SegmentTask>, _ tracker: ProgressTracker?
  ) throws(TranscriptionError) {
    for var task in tasks {
      guard let number = output.clock.blocked(readings.enter) else { throw .cancelled }
      precondition(number == task.number, "segments are numbered in the order in which they enter")
      if task.restore() {
        tracker?.restored(task.seconds)
      } else {
        try output.send(task)
      }
    }
  }
}
