import AudioEncoder
import Decoding
import SpeechModels

/// When a segment was read with little confidence, it is read again with less silence around it,
/// and the reading that the model is surer of counts.
///
/// The encoder normalises over the whole segment, so that a tenth of a second more or less at its
/// ends changes every frame. So one reading can go wrong where its neighbour does not.
/// `docs/lab/BENCHMARKS.md` has what this gains.
struct SecondReading: Sendable {
  /// Silence kept around speech in the second reading, in seconds.
  static let padding = 0.1
  /// A chunk with this probability of voice belongs to speech.
  static let voice: Float = 0.35

  private let vocabulary: Vocabulary
  /// Fewest samples in which anything is heard.
  private let leastSamples: Int
  /// Mean log probability of a word below which a segment is read again.
  private let threshold: Double

  /// Second readings by `model`.
  init(_ model: SpeechModel) {
    vocabulary = model.vocabulary
    leastSamples = model.hearing.samples.lowerBound
    threshold = model.calibration.secondReading
  }

  /// What a reading is worth.
  func grade(_ sequence: TokenSequence) -> ReadingGrade {
    ReadingGrade(
      isLoop: sequence.ending == .repetition,
      confidence: sequence.meanWordLogProbability(vocabulary))
  }

  /// Whether a segment that was read so should be read again.
  func isDoubtful(_ grade: ReadingGrade) -> Bool { grade.isDoubtful(below: threshold) }

  /// Which samples to read the second time; nil when they would be (nearly) the same.
  func range(of speech: SpeechSegment) -> Range<Int>? {
    let isVoice = speech.probabilities.map { $0 >= Self.voice }
    guard let first = isVoice.firstIndex(of: true), let last = isVoice.lastIndex(of: true) else {
      return nil
    }
    let chunk = VoiceActivityConfig.chunk
    let margin = Int(Self.padding * Double(VoiceActivityConfig.sampleRate))
    let origin = Int(speech.chunkStart - speech.startSample)
    let start = max(origin + first * chunk - margin, 0)
    let end = min(origin + (last + 1) * chunk + margin, speech.samples.count)
    guard end - start >= leastSamples,
      speech.samples.count - (end - start) >= chunk
    else { return nil }
    return start..<end
  }
}

/// What the reading of a segment is worth.
package struct ReadingGrade: Sendable, Hashable, Codable {
  /// The decoder went round in circles.
  let isLoop: Bool
  /// Mean log probability of a word; nil without words.
  let confidence: Double?

  private var rank: Double { confidence ?? -.infinity }

  /// Whether the segment should be read again: a loop, or a mean log probability below `threshold`.
  func isDoubtful(below threshold: Double) -> Bool { isLoop || rank < threshold }

  /// Whether a second reading of this grade is the better one: one that did not go round in circles, then
  /// the surer one.
  func isBetter(than first: ReadingGrade) -> Bool {
    isLoop == first.isLoop ? rank > first.rank : first.isLoop
  }
}
