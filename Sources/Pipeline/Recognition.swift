import AudioEncoder

/// The stages from audio to decoded segments, wherever the audio comes from.
struct Recognition {
  let models: TranscriptionModels
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
  ///   - tracker: told what was heard.
  ///   - next: the next block of audio, nil at the end; called on the first stage's queue.
  /// - Returns: the segments, in the order of recordings and of starts.
  func start(
    _ stages: Stages, source: String, tracker: ProgressTracker?,
    next: @escaping @Sendable () throws(TranscriptionError) -> SourceBlock?
  ) -> BoundedQueue<DecodedSegment> {
    let permits = ComputePermits(threads: threads)
    let encoders = EncoderPool(weights: models.encoder, count: threads - 1, permits: permits)
    let blocks = stages.source(source, capacity: 16) {
      (output: StageOutput<SourceBlock>) throws(TranscriptionError) in
      while let block = try permits.work(output.clock, next) { try output.send(block) }
    }
    let segments = stages.stage("segment", after: blocks, capacity: 1) {
      [tracks, segmenter, models] (input, output: StageOutput<PendingSegment>)
        throws(TranscriptionError) in
      var stage = SegmentStage(
        tracks: tracks, config: segmenter, weights: models.voiceActivity)
      while let block = try input.next() {
        let ready = permits.work(output.clock) { stage.process(block) }
        tracker?.heard(block, ready)
        for segment in ready { try output.send(segment) }
      }
      let rest = permits.work(output.clock) { stage.finish() }
      tracker?.heard(rest)
      for segment in rest { try output.send(segment) }
    }
    let encoded = stages.stage("encode", after: segments, capacity: 1) {
      (input, output: StageOutput<EncodedSegment>) throws(TranscriptionError) in
      let stage = EncodeStage(encoders: encoders)
      try stage.run(input, output)
    }
    return stages.stage("decode", after: encoded, capacity: 1) {
      [models] (input, output: StageOutput<DecodedSegment>) throws(TranscriptionError) in
      var stage = DecodeStage(
        weights: models.decoder, tokenizer: models.tokenizer, encoders: encoders,
        permits: permits, clock: output.clock)
      try stage.run(input, output)
    }
  }
}
