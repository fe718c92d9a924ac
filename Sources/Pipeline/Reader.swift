import AudioEncoder
import Fusion
import NN
import Transcript

/// A segment of speech on its way to a reader.
struct NumberedSegment: Sendable {
  /// Its place among all segments of the run.
  let number: Int
  let pending: PendingSegment
}

/// What was read in a segment of speech.
struct ReadSegment: Sendable {
  /// Ordinal of the recording in its run, from 0.
  let recording: Int
  /// Position of the first sample of the segment of speech.
  let startSample: Int64
  /// The words; nil when nothing credible was said. Their faces have no numbers yet.
  let words: Segment?
  /// Where the face was whose lips were read; nil where nobody looked or none was seen.
  let face: FacePlace?

  /// The words with the face's number.
  func numbered(_ roll: inout FaceRoll) -> Segment? {
    guard var words, let face else { return words }
    let number = roll.number(face)
    for index in words.words.indices { words.words[index].lips?.face = number }
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
    let pending: PendingSegment
    /// Where the audio that is read begins and ends in the segment, in samples.
    var range: Range<Int>
    /// The first reading while the second one waits or runs.
    var first: (sequence: TokenSequence, evidence: LipEvidence?)?
    /// What lips did for the reading that runs.
    var evidence: LipEvidence?
    /// The mouths that were seen in the segment; nil until somebody looked.
    var mouths: [MouthTrack]?
  }

  private let config: MoonshineEncoderConfig
  private var perception: Perception
  private var decoder: TextDecoder
  private let secondReading: SecondReading
  private let assembly: SegmentAssembly
  private let permits: ComputePermits
  private let decoding: StageClock
  /// By the number of the segment.
  private var readings: [Int: Reading] = [:]
  /// Numbers of the segments that wait for their second reading.
  private var again: [Int] = []
  private var settled: [(number: Int, segment: ReadSegment)] = []

  /// A reader, alone or one of several, that works under `permits` and looks at pictures as `lips`
  /// says; `clocks` measure it.
  init(
    models: TranscriptionModels, lips: LipUse, isAlone: Bool, permits: ComputePermits,
    clocks: ReaderClocks
  ) {
    config = models.encoder.config
    perception = Perception(models: models, use: lips, permits: permits, clocks: clocks)
    decoder = TextDecoder(
      weights: models.decoder, slots: Self.slots,
      frameLimit: isAlone ? Self.frameLimit : Self.frameLimit * 2 / 3,
      alignmentHeads: AlignmentHead.tinyEnglish)
    secondReading = SecondReading(tokenizer: models.tokenizer)
    assembly = SegmentAssembly(tokenizer: models.tokenizer)
    self.permits = permits
    decoding = clocks.decoding
  }

  /// Runs until the input has ended and every segment taken from it is in `output`.
  mutating func run(
    _ input: StageInput<NumberedSegment>, _ output: ReorderBuffer<ReadSegment>
  ) throws(TranscriptionError) {
    while true {
      admitSecondReadings()
      while let segment = try next(input) {
        readings[segment.number] = Reading(
          pending: segment.pending, range: 0..<segment.pending.speech.samples.count)
        admit(segment.number)
      }
      if readings.isEmpty, settled.isEmpty { return }
      for (number, sequence) in permits.work(decoding, .reading, { decoder.step() }) {
        finish(number, sequence)
      }
      for (number, segment) in settled {
        guard output.put(segment, number: number) else { throw .cancelled }
      }
      settled = []
    }
  }

  /// A segment for which there is room; waited for when there is nothing else to do.
  ///
  /// A reader never holds a segment that it has no room for: another one may have.
  private func next(
    _ input: StageInput<NumberedSegment>
  ) throws(TranscriptionError) -> NumberedSegment? {
    if readings.isEmpty, settled.isEmpty { return try input.next() }
    return try input.nextIfReady {
      again.isEmpty
        && decoder.hasRoom(frames: config.lengths(samples: $0.pending.speech.samples.count).t)
    }
  }

  private mutating func admitSecondReadings() {
    while let number = again.first, let reading = readings[number],
      decoder.hasRoom(frames: config.lengths(samples: reading.range.count).t)
    {
      again.removeFirst()
      admit(number)
    }
  }

  private mutating func admit(_ number: Int) {
    guard var reading = readings[number] else { return }
    let samples = Array(reading.pending.speech.samples[reading.range])
    let percept = perception.perceive(
      samples, of: reading.pending, from: reading.range.lowerBound, seen: &reading.mouths)
    reading.evidence = percept.evidence
    readings[number] = reading
    guard percept.embeddings.frames > 0 else { return finish(number, TokenSequence()) }
    let seconds = Double(samples.count) / Double(VoiceActivityConfig.sampleRate)
    let limit = Int((seconds * Self.tokensPerSecond).rounded(.up))
    permits.work(decoding) { decoder.admit(percept.embeddings, tokenLimit: limit, id: number) }
  }

  private mutating func finish(_ number: Int, _ sequence: TokenSequence) {
    guard let reading = readings[number] else { return }
    if let first = reading.first {
      let isBetter = secondReading.isBetter(sequence, than: first.sequence)
      if !isBetter { readings[number]?.evidence = first.evidence }
      return settle(number, isBetter ? sequence : first.sequence, isSecond: isBetter)
    }
    guard secondReading.isNeeded(sequence),
      let range = SecondReading.range(of: reading.pending.speech)
    else { return settle(number, sequence, isSecond: false) }
    readings[number]?.first = (sequence, reading.evidence)
    readings[number]?.range = range
    again.append(number)
  }

  private mutating func settle(_ number: Int, _ sequence: TokenSequence, isSecond: Bool) {
    guard let reading = readings.removeValue(forKey: number) else { return }
    var span = reading.pending.span
    if isSecond { span.narrow(to: reading.range) }
    let words = permits.work(decoding) {
      assembly.segment(sequence, in: span, evidence: reading.evidence)
    }
    let segment = ReadSegment(
      recording: span.recording, startSample: reading.pending.speech.startSample, words: words,
      face: reading.evidence?.face)
    settled.append((number, segment))
  }
}
