import Demux
import Foundation
import Speakers
import Support

/// What tells voices apart, and how many there are.
struct SpeakerVoices: Sendable {
  let models: SpeakerModels
  let count: SpeakerCount

  /// What `options` ask for, with those of `models`; nil without speaker diarization.
  static func asked(
    for options: RecognitionOptions, of models: TranscriptionModels
  ) throws(TranscriptionError) -> SpeakerVoices? {
    guard let count = options.voices else { return nil }
    return SpeakerVoices(models: try models.speakerModels(), count: count)
  }
}

/// Hears who speaks in the lanes of one recording, beside those who hear what is said.
///
/// `@unchecked Sendable`: `lanes` is private and is touched only under `lock`; the rest never changes.
final class VoiceListener: @unchecked Sendable {
  private let voices: SpeakerVoices
  private let lock = NSLock()
  private var lanes: [Int: LaneVoices] = [:]

  /// A listener that finds `voices` in each lane.
  init(_ voices: SpeakerVoices) {
    self.voices = voices
  }

  /// Takes the next audio.
  func hear(_ blocks: [AudioBlock]) {
    lock.withLock {
      for block in blocks {
        let lane = lanes[block.track] ?? LaneVoices(models: voices.models, start: block.startSample)
        lanes[block.track] = lane
        lane.hear(block)
      }
    }
  }

  /// Ends the recording: who speaks when in each lane (`AudioLane.number`), in seconds from time zero.
  func finish() -> [Int: Diarization] {
    lock.withLock {
      defer { lanes = [:] }
      return lanes.mapValues { $0.diarizer.finish(voices.count).shifted(by: $0.offset) }
    }
  }

  /// Ends a recording of which it is known who speaks when in each lane, in seconds from time zero: how
  /// those people sound there.
  func finish(knowing spans: [Int: [String: [Range<Double>]]]) -> [Int: [String: VoicePrint]] {
    lock.withLock {
      defer { lanes = [:] }
      return lanes.reduce(into: [:]) { prints, entry in
        let (number, lane) = entry
        prints[number] = lane.diarizer.finish(
          knowing: (spans[number] ?? [:]).mapValues { spans in
            spans.map { max(0, $0.lowerBound - lane.offset)..<max(0, $0.upperBound - lane.offset) }
          })
      }
    }
  }
}

/// One lane's diarizer, which began at a sample.
private final class LaneVoices {
  /// Samples of silence that are handed over together.
  private static let silence = [Float](repeating: 0, count: deliveredSampleRate)

  var diarizer: Diarizer
  let start: Int64
  /// End of what was heard.
  private var end: Int64

  /// Seconds from time zero to the start.
  var offset: Double { Double(start) / Double(deliveredSampleRate) }

  init(models: SpeakerModels, start: Int64) {
    diarizer = Diarizer(models: models)
    self.start = start
    end = start
  }

  /// Takes the next block; what is missing before it is silence, what was heard before is left out.
  func hear(_ block: AudioBlock) {
    while end < block.startSample {
      let count = Int(min(block.startSample - end, Int64(Self.silence.count)))
      diarizer.process(Self.silence.prefix(count))
      end += Int64(count)
    }
    let known = Int(min(end - block.startSample, Int64(block.samples.count)))
    diarizer.process(block.samples.dropFirst(known))
    end += Int64(block.samples.count - known)
  }
}
