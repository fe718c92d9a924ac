import AudioEncoder
import Decoding

/// When a segment was read with little confidence, it is read again with less silence around it,
/// and the reading that the model is surer of counts.
///
/// The encoder normalises over the whole segment, so that a tenth of a second more or less at its
/// ends changes every frame, and one unlucky reading can go astray where its neighbour does not.
/// `docs/BENCHMARKS.md` has what this gains.
struct SecondReading: Sendable {
  /// Silence kept around speech in the second reading, in seconds.
  static let padding = 0.1
  /// A chunk with this probability of voice belongs to speech.
  static let voice: Float = 0.35

  /// Tells words from tokens.
  let tokenizer: Tokenizer

  /// What a reading is worth.
  func grade(_ sequence: TokenSequence) -> ReadingGrade {
    ReadingGrade(
      isLoop: sequence.ending == .repetition,
      confidence: sequence.meanWordLogProbability(tokenizer))
  }

  /// Which samples to read the second time; nil when they would be (nearly) the same.
  static func range(of speech: SpeechSegment) -> Range<Int>? {
    let isVoice = speech.probabilities.map { $0 >= voice }
    guard let first = isVoice.firstIndex(of: true), let last = isVoice.lastIndex(of: true) else {
      return nil
    }
    let chunk = VoiceActivityConfig.chunk
    let margin = Int(padding * Double(VoiceActivityConfig.sampleRate))
    let origin = Int(speech.chunkStart - speech.startSample)
    let start = max(origin + first * chunk - margin, 0)
    let end = min(origin + (last + 1) * chunk + margin, speech.samples.count)
    guard end - start >= MoonshineEncoderConfig.minimumSamples,
      speech.samples.count - (end - start) >= chunk
    else { return nil }
    return start..<end
  }
}

/// What the reading of a segment is worth.
package struct ReadingGrade: Sendable, Hashable, Codable {
  /// Mean log probability of a word below which a segment is read again.
  static let threshold = -0.3

  /// The decoder went round in circles.
  let isLoop: Bool
  /// Mean log probability of a word; nil where there is none.
  let confidence: Double?

  private var rank: Double { confidence ?? -.infinity }

  /// Whether the segment should be read again.
  var isDoubtful: Bool { isLoop || rank < Self.threshold }

  /// Whether a second reading of this grade is the better one: one that did not go round in circles, then
  /// the surer one.
  func isBetter(than first: ReadingGrade) -> Bool {
    isLoop == first.isLoop ? rank > first.rank : first.isLoop
  }
}
