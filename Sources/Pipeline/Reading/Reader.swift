import Support
import AudioEncoder
import Decoding
import Fusion
import LipEncoder
import NN
import Transcript

/// A segment of speech on its way to a reader.
struct NumberedSegment: Sendable {
  /// Its place among all segments of its run.
  let number: Int
  let pending: PendingSegment
  /// Its first reading, where that was kept and a second one is to follow.
  private(set) var first: ReadSegment?
  /// What its recording is expected to speak of; nil where nothing is.
  var terms: TermTree?
  /// Where its run waits for what is read, under its number.
  let output: ReorderBuffer<ReadSegment>
  /// Nil where nothing is kept.
  let checkpoints: Checkpoints?

  private var place: SegmentPlace {
    SegmentPlace(
      number: number, track: pending.track, startSample: pending.speech.startSample,
      sampleCount: pending.speech.samples.count)
  }

  /// Takes what an earlier run has read in it, with what that has found out for the segments after it.
  /// - Returns: false where it must be read, if only for the second time.
  mutating func restore() -> Bool {
    guard let read = checkpoints?.restore(place) else { return false }
    guard read.isWhole else {
      first = read
      return false
    }
    if let offset = read.sighting?.offset { pending.picture?.sync?.restore(offset) }
    _ = output.put(read, number: number)
    return true
  }

  /// Keeps its first reading.
  func keep(_ first: ReadSegment) { checkpoints?.keep(place, first) }

  /// Hands in what was read in it. It is kept before its run can come to its end.
  func finish(_ read: ReadSegment) {
    checkpoints?.keep(place, read)
    _ = output.put(read, number: number)
  }
}

/// What was read in a segment of speech.
package struct ReadSegment: Sendable, Hashable, Codable {
  /// Ordinal of the recording in its run, from 0.
  let recording: Int
  /// Position of the first sample of the segment of speech.
  let startSample: Int64
  /// The words; nil when nothing credible was said. Their faces have no numbers yet.
  var words: Segment?
  /// Where the face was whose lips were read; nil where nobody looked or none was seen.
  let face: FacePlace?
  /// What was seen; nil where nobody looked.
  var sighting: Sighting?
  /// What it is worth, where it is a first reading that a second one is to follow.
  var grade: ReadingGrade?

  /// Whether nothing is left to do.
  package var isWhole: Bool { grade == nil }

  /// The words with the face's number.
  func numbered(_ roll: inout FaceRoll) -> Segment? {
    guard var words, let face else { return words }
    let number = roll.number(face)
    for index in words.words.indices { words.words[index].lips?.face = number }
    words.mouth = SegmentMouth(x: Double(face.share.x), y: Double(face.share.y))
    return words
  }
}

/// Encodes and decodes segments, several as one batch, which is kept full: when a segment is
/// finished the next one enters. What was read with little confidence is read a second time.
///
/// As many readers as there are threads take segments from one queue. Each has its own encoder and
/// decoder, so a segment's words do not depend on which of them reads it.
struct Reader: ~Copyable {
  /// Segments decoded at once.
  static let slots = 8
  /// Frames that a reader alone holds at once: 80 s of audio, whose keys and values take 12 MB. One
  /// of several holds two thirds as many.
  static let frameLimit = 3_400
  /// Tokens a second of audio at most (Moonshine's own limit), which ends hallucinated loops.
  static let tokensPerSecond = 6.5

  /// A segment that is being read.
  private struct Reading {
    let segment: NumberedSegment
    var pending: PendingSegment { segment.pending }
    /// Where the audio that is read begins and ends in the segment, in samples.
    var range: Range<Int>
    /// The first reading while the second one waits or runs.
    var first: ReadSegment?
    /// What lips did for the reading that runs.
    var evidence: LipEvidence?
    /// What there is to see in the segment; nil until somebody looked.
    var look: Look?

    /// Begins with the first reading, or the second where the first was kept.
    init(_ segment: NumberedSegment) {
      self.segment = segment
      let speech = segment.pending.speech
      range = 0..<speech.samples.count
      guard let first = segment.first, let narrow = SecondReading.range(of: speech) else { return }
      self.first = first
      range = narrow
    }
  }

  private let config: MoonshineEncoderConfig
  private var perception: Perception
  private var decoder: TextDecoder
  /// Ways in which the decoder listens to a segment: two for late fusion.
  private let ways: Int
  private let secondReading: SecondReading
  private let assembly: SegmentAssembly
  private let permits: ComputePermits
  private let slowStart: SlowStart?
  private let decoding: StageClock
  /// By an id of the reader's own: segments of several runs may have the same number.
  private var readings: [Int: Reading] = [:]
  private var nextID = 0
  /// Ids of the segments that wait for their second reading.
  private var again: [Int] = []
  private var settled: [(segment: NumberedSegment, read: ReadSegment)] = []
  /// Segments that it has read.
  private var finished = 0

  /// A reader, alone or one of several, that works under `permits` and looks at pictures as `lips`
  /// says; `clocks` measure it. Where there is a slow start it keeps little in work.
  init(
    models: TranscriptionModels, lips: LipUse, isAlone: Bool, permits: ComputePermits,
    slowStart: SlowStart? = nil, clocks: ReaderClocks
  ) {
    config = models.encoder.config
    perception = Perception(models: models, use: lips, permits: permits, clocks: clocks)
    ways = lips == .late ? 2 : 1
    decoder = TextDecoder(
      weights: models.decoder, slots: Self.slots,
      frameLimit: isAlone ? Self.frameLimit : Self.frameLimit * 2 / 3,
      alignmentHeads: AlignmentHead.tinyEnglish)
    secondReading = SecondReading(tokenizer: models.tokenizer)
    assembly = SegmentAssembly(tokenizer: models.tokenizer)
    self.permits = permits
    self.slowStart = slowStart
    decoding = clocks.decoding
  }

  /// Runs until the input has ended and every segment taken from it is in its output. What belongs
  /// to a run that has stopped is dropped.
  mutating func run(_ input: StageInput<NumberedSegment>) throws(TranscriptionError) {
    while true {
      try admitSecondReadings()
      while let segment = try next(input) {
        nextID += 1
        readings[nextID] = Reading(segment)
        try admit(nextID)
      }
      if readings.isEmpty, settled.isEmpty { return }
      for (id, sequence) in permits.work(decoding, .reading, { decoder.step() }) {
        try finish(id, sequence)
      }
      for (segment, read) in settled { segment.finish(read) }
      finished += settled.count
      settled = []
    }
  }

  /// Segments that it may have in work: one in a slow start, and afterwards one more for each that it has
  /// finished, so that what is lost when the process is killed is never much beside what it has done.
  private var allowance: Int {
    guard let slowStart else { return .max }
    return slowStart.isOver ? finished + 1 : 1
  }

  /// A segment for which there is room; waited for when there is nothing else to do.
  ///
  /// A reader never holds a segment that it has no room for: another one may have.
  private func next(
    _ input: StageInput<NumberedSegment>
  ) throws(TranscriptionError) -> NumberedSegment? {
    if readings.isEmpty, settled.isEmpty { return try input.next() }
    guard readings.count < allowance else { return nil }
    return try input.nextIfReady {
      again.isEmpty
        && decoder.hasRoom(
          frames: config.lengths(samples: $0.pending.speech.samples.count).t, ways: ways)
    }
  }

  private mutating func admitSecondReadings() throws(TranscriptionError) {
    while let id = again.first, let reading = readings[id],
      decoder.hasRoom(frames: config.lengths(samples: reading.range.count).t, ways: ways)
    {
      again.removeFirst()
      try admit(id)
    }
  }

  private mutating func admit(_ id: Int) throws(TranscriptionError) {
    guard var reading = readings[id] else { return }
    let samples = Array(reading.pending.speech.samples[reading.range])
    let percept = try perception.perceive(
      samples, of: reading.pending, from: reading.range.lowerBound, look: &reading.look)
    reading.evidence = percept.evidence
    readings[id] = reading
    guard percept.embeddings.frames > 0 else { return try finish(id, TokenSequence()) }
    let seconds = Double(samples.count) / Double(VoiceActivityConfig.sampleRate)
    let limit = Int((seconds * Self.tokensPerSecond).rounded(.up))
    permits.work(decoding) {
      decoder.admit(
        percept.embeddings, beside: percept.seen, tokenLimit: limit, terms: reading.segment.terms,
        id: id)
    }
  }

  private mutating func finish(
    _ id: Int, _ sequence: TokenSequence
  ) throws(TranscriptionError) {
    guard let reading = readings[id] else { return }
    let grade = secondReading.grade(sequence)
    if let first = reading.first {
      let isBetter = first.grade.map(grade.isBetter) ?? true
      return try settle(id, isBetter ? read(sequence, reading) : first)
    }
    guard grade.isDoubtful, let range = SecondReading.range(of: reading.pending.speech)
    else { return try settle(id, read(sequence, reading)) }
    let first = read(sequence, reading, grade)
    readings[id]?.first = first
    readings[id]?.range = range
    again.append(id)
    // What a look found out is not part of a first reading.
    if reading.look == nil { reading.segment.keep(first) }
  }

  /// What was read in the audio that `reading` is of.
  private func read(
    _ sequence: TokenSequence, _ reading: Reading, _ grade: ReadingGrade? = nil
  ) -> ReadSegment {
    var span = reading.pending.span
    span.narrow(to: reading.range)
    let words = permits.work(decoding) {
      assembly.segment(sequence, in: span, evidence: reading.evidence)
    }
    return ReadSegment(
      recording: span.recording, startSample: reading.pending.speech.startSample, words: words,
      face: reading.evidence?.face, sighting: nil, grade: grade)
  }

  private mutating func settle(_ id: Int, _ read: ReadSegment) throws(TranscriptionError) {
    guard let reading = readings.removeValue(forKey: id) else { return }
    var read = read
    read.grade = nil
    read.sighting = reading.look?.sighting
    if let heard = read.words, reading.pending.isFaint, Credibility.isDoubtful(heard),
      try perception.seesStillMouths(in: reading.pending, look: reading.look)
    {
      read.words = nil
    }
    settled.append((reading.segment, read))
  }
}
