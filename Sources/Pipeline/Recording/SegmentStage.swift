import AudioEncoder
import Demux

/// A segment of speech on its way to words.
struct PendingSegment: Sendable {
  /// Ordinal of the recording in its run, from 0.
  let recording: Int
  /// Audio track, from 1.
  let track: Int
  let speech: SpeechSegment
  /// Whether it is hardly louder than silence, beside what was heard before.
  let isFaint: Bool
  /// What there is to see of its recording.
  let picture: PictureSource?

  /// What is kept of it once it has been encoded.
  var span: SpeechSpan {
    SpeechSpan(
      recording: recording, track: track, startSample: speech.startSample,
      sampleCount: speech.samples.count,
      probabilities: speech.probabilities, chunkStart: speech.chunkStart)
  }
}

/// Where in the recording a segment of speech lies, without its audio.
struct SpeechSpan: Sendable {
  /// Ordinal of the recording in its run, from 0.
  let recording: Int
  /// Audio track, from 1.
  let track: Int
  /// Position of the first sample in the recording, at 16 kHz.
  private(set) var startSample: Int64
  private(set) var sampleCount: Int
  /// Probability of speech of each 512 samples from `chunkStart` on.
  let probabilities: [Float]
  let chunkStart: Int64

  /// Seconds from time zero.
  var start: Double { Double(startSample) / Double(deliveredSampleRate) }
  /// Length in seconds.
  var seconds: Double { Double(sampleCount) / Double(deliveredSampleRate) }

  /// Keeps the samples `range` of this span.
  mutating func narrow(to range: Range<Int>) {
    startSample += Int64(range.lowerBound)
    sampleCount = range.count
  }
}

/// Finds speech in every audio track and hands the segments out in the order of their starts, one
/// recording after the other.
struct SegmentStage: ~Copyable {
  private let config: SegmenterConfig
  private let weights: VoiceActivityWeights
  private var segmenters: [Int: TrackSegmenter] = [:]
  private var recording = 0
  private var picture: PictureSource?
  private var waiting: [PendingSegment] = []

  /// A stage over the given audio tracks (ordinals from 0).
  init(tracks: [Int], config: SegmenterConfig, weights: VoiceActivityWeights) {
    self.config = config
    self.weights = weights
    for track in tracks {
      segmenters[track] = TrackSegmenter(config: config, weights: weights)
    }
  }

  /// Takes a block of audio; returns the segments that are settled. The first block of a recording
  /// ends the recording before.
  mutating func process(_ block: SourceBlock) -> [PendingSegment] {
    let before = block.recording == recording ? [] : finish()
    recording = block.recording
    picture = block.picture
    let segmenter =
      segmenters[block.track] ?? TrackSegmenter(config: config, weights: weights)
    segmenters[block.track] = segmenter
    add(segmenter.process(block), of: segmenter, track: block.track)
    return before + settled()
  }

  /// Ends all tracks; returns what was still open. Another recording may follow.
  mutating func finish() -> [PendingSegment] {
    for (track, segmenter) in segmenters {
      add(segmenter.finish(), of: segmenter, track: track)
      segmenter.restart()
    }
    defer { waiting = [] }
    return waiting.sorted(by: Self.precedes)
  }

  private mutating func add(_ segments: [SpeechSegment], of segmenter: TrackSegmenter, track: Int) {
    waiting += segments.map {
      PendingSegment(
        recording: recording, track: track + 1, speech: $0, isFaint: segmenter.isFaint($0),
        picture: picture)
    }
  }

  /// Segments before which no other can come: a track has none left that starts earlier than
  /// twice the longest segment before the end of its audio.
  private mutating func settled() -> [PendingSegment] {
    guard segmenters.count > 1 else {
      defer { waiting = [] }
      return waiting
    }
    let margin = Int64(2 * config.maximumSeconds * Double(deliveredSampleRate))
    let horizon = (segmenters.values.map(\.heard).min() ?? 0) - margin
    let ready = waiting.filter { $0.speech.startSample < horizon }
    waiting.removeAll { $0.speech.startSample < horizon }
    return ready.sorted(by: Self.precedes)
  }

  private static func precedes(_ a: PendingSegment, _ b: PendingSegment) -> Bool {
    (a.speech.startSample, a.track) < (b.speech.startSample, b.track)
  }
}

/// One track's segmenter, how far it has heard and how loud.
private final class TrackSegmenter {
  private var segmenter: Segmenter
  private var level = Faintness()
  /// End of the audio heard so far, at 16 kHz.
  private(set) var heard: Int64 = 0

  init(config: SegmenterConfig, weights: VoiceActivityWeights) {
    segmenter = Segmenter(config: config, weights: weights)
  }

  func process(_ block: SourceBlock) -> [SpeechSegment] {
    heard = block.startSample + Int64(block.samples.count)
    return segmenter.process(startSample: block.startSample, samples: block.samples)
  }

  func finish() -> [SpeechSegment] { segmenter.finish() }

  /// Forgets what was heard, for another recording.
  func restart() {
    heard = 0
    level = Faintness()
  }

  /// Whether the next of its segments is faint beside those before.
  func isFaint(_ speech: SpeechSegment) -> Bool { level.isFaint(speech) }
}
