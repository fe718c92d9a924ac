/// Finds speech in one audio track and hands it out in segments, in order of time and without
/// overlap. Memory is bounded by the longest segment, whatever the length of the recording.
package struct Segmenter: ~Copyable {
  private let config: SegmenterConfig
  private var detector: VoiceActivityDetector
  private var cutter: SegmentCutter
  /// Samples whose probabilities are not known yet.
  private var waiting: [Float] = []
  /// Position of the sample that should come next; nil before the first block.
  private var next: Int64?

  /// Makes a segmenter at the start of a track. `config` must be valid.
  package init(config: SegmenterConfig, weights: VoiceActivityWeights) {
    self.config = config
    detector = VoiceActivityDetector(weights: weights)
    cutter = SegmentCutter(config: config, origin: 0)
  }

  /// Takes the next block of the track (16 kHz, full scale 1), whose first sample has the position
  /// `startSample` in the recording; returns the segments that are complete. The segments do not
  /// depend on how the track is divided into blocks.
  ///
  /// Speech is not joined across a gap between blocks; samples that were heard before are left
  /// out. Samples that are not finite count as 0.
  package mutating func process(startSample: Int64, samples: [Float]) -> [SpeechSegment] {
    var segments: [SpeechSegment] = []
    let heard = next.map { $0 - startSample } ?? 0
    guard !samples.isEmpty, heard < samples.count else { return segments }
    if next == nil || heard < 0 {
      segments = finish()
      cutter = SegmentCutter(config: config, origin: startSample)
    }
    let block = samples.dropFirst(max(Int(heard), 0)).map { $0.isFinite ? $0 : 0 }
    next = startSample + Int64(samples.count)
    waiting += block
    return segments + cut(detector.process(block))
  }

  /// Ends the track and returns its last segments. The segmenter may then take another track.
  package mutating func finish() -> [SpeechSegment] {
    let segments = cut(detector.finish()) + cutter.finish()
    cutter = SegmentCutter(config: config, origin: 0)
    next = nil
    return segments
  }

  /// Gives the cutter the chunks whose probabilities came.
  private mutating func cut(_ probabilities: [Float]) -> [SpeechSegment] {
    let chunk = VoiceActivityConfig.chunk
    var segments: [SpeechSegment] = []
    for (index, probability) in probabilities.enumerated() {
      let range = index * chunk..<min((index + 1) * chunk, waiting.count)
      segments += cutter.append(waiting[range], probability: probability)
    }
    waiting.removeFirst(min(probabilities.count * chunk, waiting.count))
    return segments
  }
}
