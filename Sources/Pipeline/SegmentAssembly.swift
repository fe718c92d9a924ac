import AudioEncoder
import Demux
import Fusion
import NN
import SpeechModels
import Transcript

/// Turns what the decoder wrote into a segment of the transcript: words with their times.
struct SegmentAssembly: Sendable {
  private let model: SpeechModel
  let credibility: Credibility
  private var clock: FrameClock { model.hearing.clock }

  /// An assembly for what `model` writes.
  init(_ model: SpeechModel) {
    self.model = model
    credibility = Credibility(model.calibration)
  }

  /// The segment, written in `language`, or nil when nothing credible was said. Faces have no numbers yet.
  func segment(
    _ sequence: TokenSequence, in span: SpeechSpan, evidence: LipEvidence?, language: String
  ) -> Segment? {
    let voice = voice(of: span, frames: sequence.frames)
    let aligned = AlignedWord.words(
      of: sequence, vocabulary: model.vocabulary, heads: model.writing.alignmentHeads,
      pauseWeight: model.calibration.pauseWeight, voice: voice,
      isSpaced: WrittenLanguage.hasSpaces(language))
    guard
      credibility.isCredible(aligned.map(\.confidence), regret: sequence.regret, in: span)
    else { return nil }
    let words = aligned.map { word in
      Word(
        text: word.text,
        start: span.start + min(clock.start(of: word.frames.lowerBound), span.seconds),
        end: min(
          span.start + clock.start(of: word.frames.upperBound), span.start + span.seconds),
        confidence: Double(word.confidence),
        lips: evidence.map { WordLips(face: 0, gate: $0.gate(in: word.frames)) },
        isJoined: word.isJoined)
    }
    guard let first = words.first, let last = words.last else { return nil }
    return Segment(
      start: first.start, end: last.end, track: span.track, words: words)
  }

  /// Probability of voice at the middle of each frame; none behind the segment's end.
  private func voice(of span: SpeechSpan, frames: Int) -> [Float] {
    (0..<frames).map { frame in
      let middle = clock.start(of: frame) + clock.stride / 2
      let sample = Int64(middle * Double(deliveredSampleRate)) + span.startSample
      guard middle <= span.seconds else { return 0 }
      let chunk = Int((sample - span.chunkStart) / Int64(VoiceActivityConfig.chunk))
      return span.probabilities[min(max(chunk, 0), span.probabilities.count - 1)]
    }
  }
}
