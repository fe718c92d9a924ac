import AudioEncoder
import Demux
import Decoding
import Fusion
import Transcript

/// Turns what the decoder wrote into a segment of the transcript: words with their times.
struct SegmentAssembly: Sendable {
  /// Seconds from the start of a frame's stride to the middle of the 895 samples it was made
  /// from, less half a stride: where a word begins that begins with this frame.
  private static let frameOffset = 0.016
  private static let frameSeconds =
    Double(MoonshineEncoderConfig.samplesPerFrame) / Double(deliveredSampleRate)

  private let tokenizer: Tokenizer

  /// An assembly that writes with `tokenizer`.
  init(tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
  }

  /// The segment, or nil when nothing credible was said. Faces have no numbers yet.
  func segment(
    _ sequence: TokenSequence, in span: SpeechSpan, evidence: LipEvidence?
  ) -> Segment? {
    let voice = Self.voice(of: span, frames: sequence.frames)
    let aligned = AlignedWord.words(
      of: sequence, tokenizer: tokenizer, heads: AlignmentHead.tinyEnglish, voice: voice)
    guard
      Credibility.isCredible(aligned.map(\.confidence), regret: sequence.regret, in: span)
    else { return nil }
    let words = aligned.map { word in
      Word(
        text: word.text, start: span.start + Self.time(ofFrame: word.frames.lowerBound),
        end: min(
          span.start + Self.time(ofFrame: word.frames.upperBound), span.start + span.seconds),
        confidence: Double(word.confidence),
        lips: evidence.map { WordLips(face: 0, gate: $0.gate(in: word.frames)) })
    }
    guard let first = words.first, let last = words.last else { return nil }
    return Segment(
      start: first.start, end: last.end, track: span.track, words: words)
  }

  private static func time(ofFrame frame: Int) -> Double {
    Double(frame) * frameSeconds + frameOffset
  }

  /// Probability of voice at the middle of each frame.
  private static func voice(of span: SpeechSpan, frames: Int) -> [Float] {
    (0..<frames).map { frame in
      let middle = time(ofFrame: frame) + frameSeconds / 2
      let sample = Int64(middle * Double(deliveredSampleRate)) + span.startSample
      let chunk = Int((sample - span.chunkStart) / Int64(VoiceActivityConfig.chunk))
      return span.probabilities[min(max(chunk, 0), span.probabilities.count - 1)]
    }
  }
}
