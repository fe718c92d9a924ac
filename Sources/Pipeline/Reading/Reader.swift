import AudioEncoder
import Decoding
import Fusion
import LipEncoder
import ModelStore
import NN
import SpeechModels
import Support
import Transcript

/// Encodes and decodes segments, several as one batch, which is kept full: when a segment is
/// finished the next one enters. What was read with little confidence is read a second time.
///
/// As many readers as there are threads take segments from one queue. Each has its own encoder and
/// decoder, so a segment's words do not depend on which of them reads it.
struct Reader: ~Copyable {
  /// Segments decoded at once.
  static let slots = 8

  /// Sequences of `model` written at once: where several of a segment are, twice as many, since a product of
  /// sixteen rows takes little longer than one of five.
  static func slots(_ model: SpeechModel) -> Int {
    model.calibration.beams > 1 ? 2 * slots : slots
  }

  /// A segment that is being read.
  private struct Work {
    let task: SegmentTask
    /// Where the audio that is read begins and ends in the segment, in samples.
    var range: Range<Int>
    /// The first reading while the second one waits or runs.
    var first: Reading?
    /// What lips did for the reading that runs.
    var evidence: LipEvidence?
    /// What the noise adapter did for it.
    var opening: Float?
    /// What can be seen in the segment; nil until it was looked at.
    var look: Look?
    /// The whole segment as it was heard, where another model may be asked.
    var heard: Embeddings?
    /// What another model says against the reading in `first`.
    var rival: SecondOpinion.Rival?

    /// Begins with the first reading, or the second where the first was kept.
    init(_ task: SegmentTask, _ secondReading: SecondReading) {
      self.task = task
      range = 0..<task.speech.samples.count
      guard let first = task.first, let narrow = secondReading.range(of: task.speech) else {
        return
      }
      self.first = first
      range = narrow
    }
  }

  private let model: SpeechModel
  private var perception: Perception
  private var decoder: TextDecoder
  private let secondReading: SecondReading
  private let secondOpinion: SecondOpinion?
  private let timing: WordTiming
  private let permits: ComputePermits
  private let slowStart: SlowStart?
  private let (encoding, decoding): (StageClock, StageClock)
  /// By an id of the reader's own: segments of several runs may have the same number.
  private var works: [Int: Work] = [:]
  private var nextID = 0
  /// Ids of the segments that wait for their second reading.
  private var again: [Int] = []
  /// Those that wait for another model, and those of which it says something else.
  private var (asked, disputed): ([Int], [Int]) = ([], [])
  private var settled: [(task: SegmentTask, reading: Reading)] = []
  /// Segments that it has read.
  private var finished = 0

  /// A reader, alone or one of several, that works under `permits`; `clocks` measure it. Where there is a
  /// slow start it keeps little in work.
  init(
    models: TranscriptionModels, isAlone: Bool, permits: ComputePermits,
    slowStart: SlowStart? = nil, clocks: ReaderClocks
  ) {
    model = models.speech
    perception = Perception(models: models, permits: permits, clocks: clocks)
    let bytes = Self.audioBytes(model.calibration.audioBytes, isAlone: isAlone)
    decoder = TextDecoder(
      weights: model.writing.decoder, slots: Self.slots(model),
      frameLimit: bytes / model.writing.bytesPerFrame,
      alignmentHeads: model.writing.alignmentHeads)
    secondReading = SecondReading(model)
    secondOpinion = SecondOpinion(models, isAlone: isAlone)
    timing = WordTiming(model)
    self.permits = permits
    self.slowStart = slowStart
    (encoding, decoding) = (clocks.encoding, clocks.decoding)
  }

  /// Bytes of keys and values of audio that a reader holds where one alone holds `bytes`.
  static func audioBytes(_ bytes: Int, isAlone: Bool) -> Int { isAlone ? bytes : bytes * 2 / 3 }

  /// Runs until the input has ended and every segment taken from it is in its output. What belongs
  /// to a run that has stopped is dropped.
  mutating func run(_ input: StageInput<SegmentTask>) throws(TranscriptionError) {
    while true {
      try admitSecondReadings()
      try askSecondOpinions()
      try settleDisputes()
      while let task = try next(input) {
        nextID += 1
        works[nextID] = Work(task, secondReading)
        try admit(nextID)
      }
      if works.isEmpty, settled.isEmpty { return }
      for (id, sequence) in permits.work(decoding, .reading, { decoder.step() }) {
        try finish(id, sequence)
      }
      try hearSecondOpinions()
      for (task, reading) in settled { task.finish(reading) }
      finished += settled.count
      settled = []
    }
  }

  /// Segments that it may have in work: one in a slow start, and afterwards one more for each that it has
  /// finished. So what is lost when the process is killed is never much beside what it has done.
  private var allowance: Int {
    guard let slowStart else { return .max }
    return slowStart.isOver ? finished + 1 : 1
  }

  /// A segment for which there is room; waited for when there is nothing else to do.
  ///
  /// A reader never holds a segment that it has no room for: another one may have.
  private func next(
    _ input: StageInput<SegmentTask>
  ) throws(TranscriptionError) -> SegmentTask? {
    if works.isEmpty, settled.isEmpty { return try input.next() }
    guard works.count < allowance else { return nil }
    return try input.nextIfReady {
      again.isEmpty && asked.count < Self.slots && disputed.isEmpty
        && hasRoom($0, samples: $0.speech.samples.count)
    }
  }

  private func hasRoom(_ task: SegmentTask, samples: Int) -> Bool {
    decoder.hasRoom(
      frames: model.hearing.frames(samples), ways: task.recording.options.fusion.ways,
      beams: beams(task))
  }

  /// How many beginnings of a segment are written side by side; terms are looked for by greedy decoding alone.
  private func beams(_ task: SegmentTask) -> Int {
    task.recording.terms == nil ? model.calibration.beams : 1
  }

  private mutating func admitSecondReadings() throws(TranscriptionError) {
    while let id = again.first, let work = works[id],
      hasRoom(work.task, samples: work.range.count)
    {
      again.removeFirst()
      try admit(id)
    }
  }

  private mutating func admit(_ id: Int) throws(TranscriptionError) {
    guard var work = works[id] else { return }
    let samples = Array(work.task.speech.samples[work.range])
    let percept = try perception.perceive(
      samples, of: work.task, from: work.range.lowerBound, look: &work.look)
    work.evidence = percept.evidence
    work.opening = percept.opening
    let isWhole = samples.count == work.task.speech.samples.count
    if secondOpinion != nil, isWhole { work.heard = percept.embeddings }
    works[id] = work
    if let given = work.task.recording.given {
      force(given, percept.embeddings, in: work.task)
      return try settle(id, read(TokenSequence(), work, .final(nil)))
    }
    guard percept.embeddings.frames > 0 else { return try finish(id, TokenSequence()) }
    let seconds = Double(samples.count) / Double(VoiceActivityConfig.sampleRate)
    let limit = Int((seconds * model.calibration.tokensPerSecond).rounded(.up))
    let recording = work.task.recording
    let prompt = model.writing.prompt(recording.language.code, recording.options.task)
    let beams = beams(work.task)
    permits.work(decoding) {
      if beams > 1, percept.seen == nil {
        decoder.admit(percept.embeddings, prompt: prompt, tokenLimit: limit, beams: beams, id: id)
      } else {
        decoder.admit(
          percept.embeddings, beside: percept.seen, prompt: prompt, tokenLimit: limit,
          terms: recording.terms, id: id)
      }
    }
  }

  /// Finds when the given words of a whole segment were spoken.
  private mutating func force(
    _ given: GivenText, _ embeddings: Embeddings, in task: SegmentTask
  ) {
    let prompt = model.writing.prompt(task.recording.language.code, task.recording.options.task)
    let words = given.words(in: task.place, tokens: decoder.forcedLimit(behind: prompt))
    guard !words.isEmpty, embeddings.frames > 0 else { return }
    permits.work(decoding) {
      let forced = decoder.force(words.flatMap(\.self), behind: prompt, embeddings)
      given.take(timing.times(of: words, forced, in: task), in: task.place)
    }
  }

  private mutating func finish(
    _ id: Int, _ sequence: TokenSequence
  ) throws(TranscriptionError) {
    guard let work = works[id] else { return }
    // Samples are bounded, so nothing else can be the cause.
    if sequence.isOfNoUse { throw .model(.unusable(model: model.name)) }
    let grade = secondReading.grade(sequence)
    let sighting = work.look?.sighting
    if let first = work.first {
      let isBetter = first.isWorse(than: grade)
      return try conclude(
        id, isBetter ? read(sequence, work, .final(sighting)) : first.final(sighting),
        isBetter ? grade : first.grade ?? grade)
    }
    guard secondReading.isDoubtful(grade), let range = secondReading.range(of: work.task.speech)
    else { return try conclude(id, read(sequence, work, .final(sighting)), grade) }
    let first = read(sequence, work, .first(grade))
    works[id]?.first = first
    works[id]?.range = range
    again.append(id)
    // What a look found out is not part of a first reading.
    if work.look == nil { work.task.keep(first) }
  }

  /// What was read in the audio that is in `work`.
  private func read(
    _ sequence: TokenSequence, _ work: Work, _ round: Reading.Round
  ) -> Reading {
    let words = permits.work(decoding) {
      timing.words(sequence, in: work.task, work.range, evidence: work.evidence)
    }
    return Reading(
      recording: work.task.recording.ordinal, startSample: work.task.speech.startSample,
      words: words, face: work.evidence?.face, round: round, opening: work.opening)
  }

  private mutating func settle(_ id: Int, _ reading: Reading) throws(TranscriptionError) {
    guard let work = works.removeValue(forKey: id) else { return }
    var reading = reading
    let timing = reading.opinion == .replaced ? secondOpinion?.timing ?? timing : timing
    if let heard = reading.words, work.task.isFaint, timing.credibility.isDoubtful(heard),
      try perception.seesStillMouths(in: work.task, look: work.look)
    {
      reading.words = nil
    }
    settled.append((work.task, reading))
  }
}

// Second opinions.
extension Reader {
  /// Takes the model's own last word on a segment: settles it, or has another model asked.
  private mutating func conclude(
    _ id: Int, _ reading: Reading, _ grade: ReadingGrade
  ) throws(TranscriptionError) {
    guard let work = works[id], let secondOpinion,
      secondOpinion.isWanted(grade, reading, work.task)
    else { return try settle(id, reading) }
    works[id]?.first = reading
    asked.append(id)
  }

  private mutating func askSecondOpinions() throws(TranscriptionError) {
    guard let secondOpinion else { return }
    while let id = asked.first, let work = works[id], let words = work.first?.words,
      secondOpinion.hasRoom(work.task)
    {
      asked.removeFirst()
      let isAdmitted = permits.work(encoding) { secondOpinion.admit(work.task, words, id: id) }
      if !isAdmitted { try settle(id, after: .kept) }
    }
  }

  private mutating func hearSecondOpinions() throws(TranscriptionError) {
    guard let secondOpinion else { return }
    for (id, sequence) in permits.work(decoding, .reading, { secondOpinion.step() }) {
      if sequence.isOfNoUse { throw .model(.unusable(model: secondOpinion.second.speech.name)) }
      let said = permits.work(decoding) { secondOpinion.rival(id, sequence) }
      guard let rival = said else {
        try settle(id, after: .kept)
        continue
      }
      works[id]?.rival = rival
      disputed.append(id)
    }
  }

  /// Chooses between two texts of a segment where there is room to read them.
  private mutating func settleDisputes() throws(TranscriptionError) {
    while let id = disputed.first, let secondOpinion, var work = works[id],
      let rival = work.rival, let words = work.first?.words,
      decoder.hasRoom(frames: model.hearing.frames(work.task.speech.samples.count))
    {
      disputed.removeFirst()
      // What an earlier run has read was heard there.
      let heard = try embeddings(&work)
      let settled = permits.work(decoding) {
        secondOpinion.settled(rival, words, work.task, &decoder, heard)
      }
      try settle(id, after: settled == nil ? .kept : .replaced, settled)
    }
  }

  /// The whole segment as the model hears it; what an earlier run has read is heard anew.
  private mutating func embeddings(_ work: inout Work) throws(TranscriptionError) -> Embeddings {
    if let heard = work.heard { return heard }
    let samples = work.task.speech.samples
    return try perception.perceive(samples, of: work.task, from: 0, look: &work.look).embeddings
  }

  /// Settles a segment that another model was asked about; `words` are both models', where some of the other
  /// count.
  private mutating func settle(
    _ id: Int, after opinion: Opinion, _ words: Segment? = nil
  ) throws(TranscriptionError) {
    guard var reading = works[id]?.first else { return }
    reading.opinion = opinion
    if let words { reading.words = words }
    try settle(id, reading)
  }
}
