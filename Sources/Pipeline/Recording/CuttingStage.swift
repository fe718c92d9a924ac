import AudioEncoder
import Demux

/// Finds speech in every audio track and hands out what is to be read in the order of starts, one
/// recording after the other.
struct CuttingStage: ~Copyable {
  /// A segment that others may still come before.
  private typealias Found = (track: Int, speech: SpeechSegment, isFaint: Bool)

  private let config: SegmenterConfig
  private let weights: VoiceActivityWeights
  private var cutters: [Int: TrackCutter] = [:]
  /// Nil before the first.
  private var recording: RecordingRun?
  private var waiting: [Found] = []
  /// Of the next segment.
  private var number = 0

  /// A stage that has heard nothing.
  init(config: SegmenterConfig, weights: VoiceActivityWeights) {
    self.config = config
    self.weights = weights
  }

  /// Takes audio; returns the segments that are settled. The first audio of a recording ends the
  /// recording before.
  mutating func process(_ source: SourceBlock) -> [SegmentTask] {
    var tasks = recording === source.recording ? [] : finish()
    recording = source.recording
    source.recording.listener?.hear(source.blocks)
    for block in source.blocks {
      let cutter = cutters[block.track] ?? TrackCutter(config: config, weights: weights)
      cutters[block.track] = cutter
      wait(for: cutter.process(block), of: cutter, track: block.track)
      tasks += numbered(settled(), in: source.recording)
    }
    return tasks
  }

  /// Ends all tracks; returns what was still open. Another recording may follow.
  mutating func finish() -> [SegmentTask] {
    guard let recording else { return [] }
    for (track, cutter) in cutters {
      wait(for: cutter.finish(), of: cutter, track: track)
      cutter.restart()
    }
    defer { waiting = [] }
    return numbered(waiting, in: recording)
  }

  private mutating func wait(
    for segments: [SpeechSegment], of cutter: TrackCutter, track: Int
  ) {
    waiting += segments.map { (track: track + 1, speech: $0, isFaint: cutter.isFaint($0)) }
  }

  /// Segments before which no other can come: a track has none left that starts earlier than
  /// twice the longest segment before the end of its audio.
  private mutating func settled() -> [Found] {
    guard let tracks = recording?.tracks, tracks.count > 1 else {
      defer { waiting = [] }
      return waiting
    }
    let margin = Int64(2 * config.maximumSeconds * Double(deliveredSampleRate))
    // A track that has not begun holds up the others.
    let horizon = (tracks.map { cutters[$0]?.heard ?? 0 }.min() ?? 0) - margin
    let ready = waiting.filter { $0.speech.startSample < horizon }
    waiting.removeAll { $0.speech.startSample < horizon }
    return ready
  }

  /// Numbers segments in the order of starts.
  private mutating func numbered(_ found: [Found], in recording: RecordingRun) -> [SegmentTask] {
    found.sorted { ($0.speech.startSample, $0.track) < ($1.speech.startSample, $1.track) }.map {
      defer { number += 1 }
      return SegmentTask(
        recording, number: number, track: $0.track, speech: $0.speech, isFaint: $0.isFaint)
    }
  }
}

/// One track's segmenter, how far it has heard and how loud. What is very quiet is raised before it.
private final class TrackCutter {
  private var segmenter: Segmenter
  private var level = Faintness()
  private var lift = QuietLift()
  /// End of the audio heard so far, at 16 kHz.
  private(set) var heard: Int64 = 0

  init(config: SegmenterConfig, weights: VoiceActivityWeights) {
    segmenter = Segmenter(config: config, weights: weights)
  }

  func process(_ block: AudioBlock) -> [SpeechSegment] {
    lift.process(block).flatMap(cut)
  }

  func finish() -> [SpeechSegment] { lift.finish().flatMap(cut) + segmenter.finish() }

  private func cut(_ block: AudioBlock) -> [SpeechSegment] {
    heard = block.startSample + Int64(block.samples.count)
    return segmenter.process(startSample: block.startSample, samples: block.samples)
  }

  /// Forgets what was heard, for another recording.
  func restart() {
    heard = 0
    level = Faintness()
    lift = QuietLift()
  }

  /// Whether the next of its segments is faint beside those before.
  func isFaint(_ speech: SpeechSegment) -> Bool { level.isFaint(speech) }
}
