import AudioEncoder
import Decoding
import Demux
import Fusion
import Transcript

/// Turns what the decoder wrote into words with their times.
struct WordTiming: Sendable {
  /// Seconds from the start of a frame's stride to the middle of the 895 samples it was made
  /// from, less half a stride: where a word begins that begins with this frame.
  private static let frameOffset = 0.016
  private static let frameSeconds =
    Double(MoonshineEncoderConfig.samplesPerFrame) / Double(deliveredSampleRate)

  private let tokenizer: Tokenizer

  /// Writes words with `tokenizer`.
  init(tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
  }

  /// The words of a task's samples `range`, or nil when nothing credible was said. Faces have no numbers
  /// yet.
  func words(
    _ sequence: TokenSequence, in task: SegmentTask, _ range: Range<Int>, evidence: LipEvidence?
  ) -> Segment? {
    let first = task.speech.startSample + Int64(range.lowerBound)
    let start = Double(first) / Double(deliveredSampleRate)
    let seconds = Double(range.count) / Double(deliveredSampleRate)
    let voice = Self.voice(in: task.speech, from: first, frames: sequence.frames)
    let aligned = AlignedWord.words(
      of: sequence, tokenizer: tokenizer, heads: AlignmentHead.tinyEnglish, voice: voice)
    guard
      Credibility.isCredible(
        aligned.map(\.confidence), regret: sequence.regret, in: task.speech.probabilities)
    else { return nil }
    let words = aligned.map { word in
      Word(
        text: word.text, start: start + Self.time(ofFrame: word.frames.lowerBound),
        end: min(start + Self.time(ofFrame: word.frames.upperBound), start + seconds),
        confidence: Double(word.confidence),
        lips: evidence.map { WordLips(face: 0, gate: $0.gate(in: word.frames)) })
    }
    guard let begin = words.first?.start, let end = words.last?.end else { return nil }
    return Segment(start: begin, end: end, track: task.track, words: words)
  }

  private static func time(ofFrame frame: Int) -> Double {
    Double(frame) * frameSeconds + frameOffset
  }

  /// Probability of voice at the middle of each frame, the first of which begins at the sample `first`.
  private static func voice(
    in speech: SpeechSegment, from first: Int64, frames: Int
  ) -> [Float] {
    (0..<frames).map { frame in
      let middle = time(ofFrame: frame) + frameSeconds / 2
      let sample = Int64(middle * Double(deliveredSampleRate)) + first
      let chunk = Int((sample - speech.chunkStart) / Int64(VoiceActivityConfig.chunk))
      return speech.probabilities[min(max(chunk, 0), speech.probabilities.count - 1)]
    }
  }
}
