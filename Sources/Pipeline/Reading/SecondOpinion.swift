import AudioEncoder
import Decoding
import Fusion
import NN
import SpeechModels
import Support
import Transcript

/// The model that gives second opinions, with what all readers share.
struct SecondModel: Sendable {
  let speech: SpeechModel
  let terms: TermTrees
  private let tokenizers = Guarded<(first: Tokenizer, second: Tokenizer)?>(nil)

  init(_ speech: SpeechModel) {
    self.speech = speech
    terms = TermTrees(speech)
  }

  /// What puts words into tokens of `first` and of the second model.
  func tokenizers(_ first: SpeechModel) -> (first: Tokenizer, second: Tokenizer) {
    tokenizers.withLock { made in
      let both = made ?? (Tokenizer(first.vocabulary), Tokenizer(speech.vocabulary))
      made = both
      return both
    }
  }

  /// What asking it came to in a recording that has ended.
  func account(of use: OpinionUse, in recording: RecordingRun) -> OpinionAccount {
    OpinionAccount(
      model: speech.name, use: use,
      isUnable: recording.language != .undetermined && !isAble(recording))
  }

  /// Whether it knows the language of a recording and can do what is asked for.
  func isAble(_ recording: RecordingRun) -> Bool {
    speech.languages.contains(recording.language.code)
      && speech.tasks.contains(recording.options.task)
  }
}

/// A second speech model that reads what the first is unsure of. Of two texts that one counts which both models
/// together find likelier (cross-scoring): each reads both as if it had written them (teacher forcing; the
/// second model's own text counts as it wrote it), and the means of the logarithms of their tokens'
/// probabilities are added, weighed by the models' calibrations. `docs/lab/BENCHMARKS.md` has what this gains and costs.
///
/// It belongs to one reader, on whose thread alone it works.
final class SecondOpinion {
  /// A text with what the second model makes of it and of the first model's.
  struct Rival {
    let words: Segment
    /// Mean log probability of its own text, and of the first model's.
    let own, other: Double
  }

  /// What it reads.
  private struct Request {
    let task: SegmentTask
    /// What the first model wrote.
    let first: Segment
    let embeddings: Embeddings
  }

  let second: SecondModel
  let timing: WordTiming
  private let first: SpeechModel
  private var encoder: any SpeechEncoder & ~Copyable
  private var decoder: TextDecoder
  private var requests: [Int: Request] = [:]

  /// The second opinion of `models`, for a reader that holds so many bytes of its keys and values where one
  /// alone holds those of its calibration; nil where there is none.
  init?(_ models: TranscriptionModels, isAlone: Bool) {
    guard let second = models.second else { return nil }
    self.second = second
    first = models.speech
    timing = WordTiming(second.speech)
    encoder = second.speech.hearing.makeEncoder()
    let writing = second.speech.writing
    let bytes = Reader.audioBytes(second.speech.calibration.audioBytes, isAlone: isAlone)
    decoder = TextDecoder(
      weights: writing.decoder, slots: Reader.slots, frameLimit: bytes / writing.bytesPerFrame,
      alignmentHeads: writing.alignmentHeads)
  }

  private var model: SpeechModel { second.speech }

  /// Whether it should read what the first model read with this grade.
  func isWanted(_ grade: ReadingGrade, _ reading: Reading, _ task: SegmentTask) -> Bool {
    reading.words != nil && grade.isDoubtful(below: first.calibration.secondOpinion)
      && task.speech.samples.count <= model.hearing.samples.upperBound
      && !task.recording.options.fusion.isBaseline && second.isAble(task.recording)
  }

  /// Whether there is room for a segment.
  func hasRoom(_ task: SegmentTask) -> Bool {
    decoder.hasRoom(frames: model.hearing.frames(task.speech.samples.count))
  }

  /// Encodes a segment, of which the first model wrote `words`.
  /// - Returns: false where there is nothing to hear.
  func admit(_ task: SegmentTask, _ words: Segment, id: Int) -> Bool {
    let embeddings = encoder.encode(task.speech.samples)
    guard embeddings.frames > 0 else { return false }
    requests[id] = Request(task: task, first: words, embeddings: embeddings)
    let limit = (task.seconds * model.calibration.tokensPerSecond).rounded(.up)
    decoder.admit(
      embeddings, prompt: prompt(model, task), tokenLimit: max(1, Int(limit)),
      terms: task.recording.secondTerms, id: id)
    return true
  }

  /// Writes one token of every segment; returns those that are finished.
  func step() -> [(id: Int, sequence: TokenSequence)] { decoder.step() }

  /// What it says of a segment that it has read; nil where it wrote nothing credible or the same, or
  /// cannot write what the first model wrote.
  func rival(_ id: Int, _ sequence: TokenSequence) -> Rival? {
    guard let request = requests.removeValue(forKey: id) else { return nil }
    let task = request.task
    guard
      var words = timing.words(
        sequence, in: task, 0..<task.speech.samples.count, evidence: nil),
      !Self.isSame(words, request.first),
      let other = score(request.first, task, request.embeddings)
    else { return nil }
    words.model = model.name
    return Rival(words: words, own: sequence.meanLogProbability, other: other)
  }

  private func score(_ words: Segment, _ task: SegmentTask, _ embeddings: Embeddings) -> Double? {
    Self.score(
      words, second.tokenizers(first).second, &decoder, behind: prompt(model, task), embeddings,
      isSpaced: WrittenLanguage.hasSpaces(task.recording.writtenLanguage))
  }

  /// Whether the second model's words take the place of the first one's, which reads with `decoder` and
  /// hears `embeddings`; there must be room for them.
  func replaces(
    _ rival: Rival, _ words: Segment, _ task: SegmentTask, _ decoder: inout TextDecoder,
    _ embeddings: Embeddings
  ) -> Bool {
    let tokenizer = second.tokenizers(first).first
    let isSpaced = WrittenLanguage.hasSpaces(task.recording.writtenLanguage)
    func score(_ words: Segment) -> Double? {
      Self.score(
        words, tokenizer, &decoder, behind: prompt(first, task), embeddings, isSpaced: isSpaced)
    }
    guard let own = score(words), let other = score(rival.words) else { return false }
    return first.calibration.opinionWeight * (other - own)
      + model.calibration.opinionWeight * (rival.own - rival.other) > 0
  }

  private func prompt(_ model: SpeechModel, _ task: SegmentTask) -> [Int32] {
    model.writing.prompt(task.recording.language.code, task.recording.options.task)
  }

  /// Mean log probability of the words to a model; nil where it cannot write them.
  private static func score(
    _ words: Segment, _ tokenizer: Tokenizer, _ decoder: inout TextDecoder,
    behind prompt: [Int32], _ embeddings: Embeddings, isSpaced: Bool
  ) -> Double? {
    var tokens: [Int32] = []
    for (index, word) in words.words.enumerated() {
      let written = tokenizer.tokens(
        of: word.text, hasSpace: index == 0 ? isSpaced : !word.isJoined)
      if written.isEmpty { return nil }
      tokens += written
    }
    guard !tokens.isEmpty, tokens.count <= decoder.forcedLimit(behind: prompt) else { return nil }
    return decoder.force(tokens, behind: prompt, embeddings).sequence.meanLogProbability
  }

  /// Whether both say the same, but for case and punctuation.
  private static func isSame(_ one: Segment, _ other: Segment) -> Bool {
    SilenceSentences.letters(one.text) == SilenceSentences.letters(other.text)
  }
}
