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

/// A second speech model that reads what the first is unsure of. Where the two texts differ, those words count
/// that both models together find likelier (cross-scoring): each reads both texts as if it had written them
/// (teacher forcing), and the logarithms of the probabilities of the words at a place and of what follows them are
/// added, weighed by the models' calibrations. `docs/lab/BENCHMARKS.md` has what this gains and costs.
///
/// It belongs to one reader, on whose thread alone it works.
final class SecondOpinion {
  /// A text with what the second model makes of the first model's and of this.
  struct Rival {
    let words: Segment
    let scores: [TextScore]
  }

  /// What it reads.
  private struct Request {
    let task: SegmentTask
    /// What the first model wrote.
    let first: Segment
    let embeddings: Embeddings
  }

  /// What a word more is worth, in nats: longer texts are less likely for their length alone.
  private static let wordBonus = 1.0

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
      weights: writing.decoder, slots: Reader.slots(second.speech),
      frameLimit: bytes / writing.bytesPerFrame, alignmentHeads: writing.alignmentHeads)
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
    decoder.hasRoom(
      frames: model.hearing.frames(task.speech.samples.count), beams: beams(task))
  }

  /// How many beginnings it writes side by side; terms are looked for by greedy decoding alone.
  private func beams(_ task: SegmentTask) -> Int {
    task.recording.secondTerms == nil ? model.calibration.beams : 1
  }

  /// Encodes a segment, of which the first model wrote `words`.
  /// - Returns: false where there is nothing to hear.
  func admit(_ task: SegmentTask, _ words: Segment, id: Int) -> Bool {
    let embeddings = encoder.encode(task.speech.samples)
    guard embeddings.frames > 0 else { return false }
    requests[id] = Request(task: task, first: words, embeddings: embeddings)
    let limit = (task.seconds * model.calibration.tokensPerSecond).rounded(.up)
    let (prompt, tokenLimit, beams) = (prompt(model, task), max(1, Int(limit)), beams(task))
    if beams > 1 {
      decoder.admit(embeddings, prompt: prompt, tokenLimit: tokenLimit, beams: beams, id: id)
    } else {
      decoder.admit(
        embeddings, prompt: prompt, tokenLimit: tokenLimit, terms: task.recording.secondTerms,
        id: id)
    }
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
      let words = timing.words(
        sequence, in: task, 0..<task.speech.samples.count, evidence: nil),
      !Self.isSame(words, request.first),
      let scores = scores(
        [request.first, words], task, model, second.tokenizers(first).second, &decoder,
        request.embeddings)
    else { return nil }
    return Rival(words: words, scores: scores)
  }

  private func scores(
    _ texts: [Segment], _ task: SegmentTask, _ model: SpeechModel, _ tokenizer: Tokenizer,
    _ decoder: inout TextDecoder, _ embeddings: Embeddings
  ) -> [TextScore]? {
    TextScore.scores(
      of: texts, tokenizer, &decoder, behind: prompt(model, task), embeddings,
      isSpaced: WrittenLanguage.hasSpaces(task.recording.writtenLanguage))
  }

  /// The first model's words, with those of the second where they are the likelier ones; nil where none are. The
  /// first reads with `decoder`, in which there must be room, and hears `embeddings`.
  func settled(
    _ rival: Rival, _ words: Segment, _ task: SegmentTask, _ decoder: inout TextDecoder,
    _ embeddings: Embeddings
  ) -> Segment? {
    let tokenizer = second.tokenizers(first).first
    guard
      let own = scores([words, rival.words], task, first, tokenizer, &decoder, embeddings)
    else { return nil }
    let (firstWeight, secondWeight) = (
      first.calibration.opinionWeight, model.calibration.opinionWeight
    )
    var merged = WordChoice.merged(words, rival.words) { place in
      func gain(_ scores: [TextScore]) -> Double {
        scores[1].sum(place.second) - scores[0].sum(place.first)
      }
      let longer = Double(place.second.count - place.first.count)
      return firstWeight * gain(own) + secondWeight * gain(rival.scores)
        + Self.wordBonus * longer > 0
    }
    merged?.model = model.name
    return merged
  }

  private func prompt(_ model: SpeechModel, _ task: SegmentTask) -> [Int32] {
    model.writing.prompt(task.recording.language.code, task.recording.options.task)
  }

  /// Whether both say the same, but for case and punctuation.
  private static func isSame(_ one: Segment, _ other: Segment) -> Bool {
    SilenceSentences.letters(one.text) == SilenceSentences.letters(other.text)
  }
}
