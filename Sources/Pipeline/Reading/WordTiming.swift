import Alignment
import AudioEncoder
import Decoding
import Demux
import NN
import SpeechModels
import Transcript

/// Turns what the decoder wrote into words with their times.
struct WordTiming: Sendable {
  private let model: SpeechModel
  /// Tells words that were spoken from others.
  let credibility: Credibility
  private var clock: FrameClock { model.hearing.clock }

  /// Times for the words that `model` writes.
  init(_ model: SpeechModel) {
    self.model = model
    credibility = Credibility(model)
  }

  /// The words of a task's samples `range`, or nil when nothing credible was said. Faces have no numbers
  /// yet.
  func words(
    _ sequence: TokenSequence, in task: SegmentTask, _ range: Range<Int>, evidence: LipEvidence?
  ) -> Segment? {
    let first = task.speech.startSample + Int64(range.lowerBound)
    let start = Double(first) / Double(deliveredSampleRate)
    let seconds = Double(range.count) / Double(deliveredSampleRate)
    let voice = voice(in: task.speech, from: first, seconds, frames: sequence.frames)
    let aligned = AlignedWord.words(
      of: sequence, vocabulary: model.vocabulary, heads: model.writing.alignmentHeads,
      pauseWeight: model.calibration.pauseWeight, voice: voice,
      isSpaced: WrittenLanguage.hasSpaces(task.recording.writtenLanguage))
    guard
      credibility.isCredible(
        aligned.map(\.text).joined(), aligned.map(\.confidence), regret: sequence.regret,
        in: task.speech.probabilities)
    else { return nil }
    let words = aligned.map { word in
      Word(
        text: word.text,
        start: start + min(clock.start(of: word.frames.lowerBound), seconds),
        end: min(start + clock.start(of: word.frames.upperBound), start + seconds),
        confidence: Double(word.confidence),
        lips: evidence.map { WordLips(face: 0, gate: $0.gate(in: word.frames)) },
        isJoined: word.isJoined)
    }
    guard let begin = words.first?.start, let end = words.last?.end else { return nil }
    return Segment(start: begin, end: end, track: task.track, words: words)
  }

  /// Finds when given words were spoken in a whole segment.
  ///
  /// - Parameters:
  ///   - words: the tokens of each.
  ///   - forced: what the decoder made of all of them.
  ///   - task: the segment.
  /// - Returns: one for each word; nil for those without tokens, and for all where there are fewer frames than
  ///   tokens.
  func times(
    of words: [[Int32]], _ forced: ForcedSequence, in task: SegmentTask
  ) -> [ReadWord?] {
    let sequence = forced.sequence
    guard sequence.frames >= sequence.tokens.count else { return words.map { _ in nil } }
    let (start, seconds) = (task.start, task.seconds)
    let ends = words.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    let groups = zip(ends, ends.dropFirst()).map { $0..<$1 }
    let aligned = AlignedWord.words(
      of: sequence, vocabulary: model.vocabulary, heads: model.writing.alignmentHeads,
      pauseWeight: model.calibration.pauseWeight,
      voice: voice(
        in: task.speech, from: task.speech.startSample, seconds, frames: sequence.frames),
      given: groups.filter { !$0.isEmpty })
    var rest = aligned[...]
    return groups.map { group in
      guard !group.isEmpty, let word = rest.popFirst() else { return nil }
      return ReadWord(
        start: start + min(clock.start(of: word.frames.lowerBound), seconds),
        end: start + min(clock.start(of: word.frames.upperBound), seconds),
        probability: Double(word.confidence),
        regret: forced.regrets[group].reduce(0) { $0 + Double($1) })
    }
  }

  /// Probability of voice at the middle of each frame, the first of which begins at the sample `first`;
  /// none where `seconds` have passed.
  private func voice(
    in speech: SpeechSegment, from first: Int64, _ seconds: Double, frames: Int
  ) -> [Float] {
    (0..<frames).map { frame in
      let middle = clock.start(of: frame) + clock.stride / 2
      guard middle <= seconds || frame == 0 else { return 0 }
      let sample = Int64(middle * Double(deliveredSampleRate)) + first
      let chunk = Int((sample - speech.chunkStart) / Int64(VoiceActivityConfig.chunk))
      return speech.probabilities[min(max(chunk, 0), speech.probabilities.count - 1)]
    }
  }
}
