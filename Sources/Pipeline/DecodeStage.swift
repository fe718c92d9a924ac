import AudioEncoder
import Fusion
import NN

/// A segment with what the decoder wrote.
struct DecodedSegment: Sendable {
  let span: SpeechSpan
  let sequence: TokenSequence
}

/// Decodes many segments as one batch, kept full: when one is finished the next one enters.
/// Segments leave in the order in which they came. What was read with little confidence is read a
/// second time.
struct DecodeStage: ~Copyable {
  /// Segments decoded at once.
  static let slots = 8
  /// Frames held at once: 40 s of audio, whose keys and values take 12 MB.
  static let frameLimit = 1_700
  /// Tokens a second of audio at most (Moonshine's own limit), which ends hallucinated loops.
  static let tokensPerSecond = 6.5

  /// A segment that is being decoded.
  private struct Reading {
    var pending: PendingSegment
    /// Where the audio that is read begins in the segment, in samples, and its length.
    var offset = 0
    var count: Int
    /// The first reading while the second one runs.
    var first: TokenSequence?
  }

  private var decoder: TextDecoder
  private let encoders: EncoderPool
  private let secondReading: SecondReading
  private let permits: ComputePermits
  private let clock: StageClock
  private var readings: [Int: Reading] = [:]
  private var again: [(id: Int, embeddings: Embeddings)] = []
  private var finished: [Int: DecodedSegment] = [:]
  private var admitted = 0
  private var sent = 0

  /// A stage that decodes under `permits` and encodes again with `encoders`.
  init(
    weights: TextDecoderWeights, tokenizer: Tokenizer, encoders: EncoderPool,
    permits: ComputePermits, clock: StageClock
  ) {
    self.clock = clock
    secondReading = SecondReading(tokenizer: tokenizer)
    decoder = TextDecoder(
      weights: weights, slots: Self.slots, frameLimit: Self.frameLimit,
      alignmentHeads: AlignmentHead.tinyEnglish)
    self.encoders = encoders
    self.permits = permits
  }

  /// Runs until the input has ended and every segment is decoded.
  mutating func run(
    _ input: StageInput<EncodedSegment>, _ output: StageOutput<DecodedSegment>
  ) throws(TranscriptionError) {
    var next = try input.next()
    while next != nil || !decoder.isIdle || !again.isEmpty {
      admitSecondReadings()
      while let segment = next, decoder.hasRoom(frames: segment.embeddings.frames) {
        next = nil
        admit(segment)
        next = try input.next()
      }
      step()
      while let segment = finished.removeValue(forKey: sent) {
        sent += 1
        try output.send(segment)
      }
    }
  }

  private mutating func admit(_ segment: EncodedSegment) {
    let id = admitted
    admitted += 1
    readings[id] = Reading(pending: segment.pending, count: segment.pending.speech.samples.count)
    admit(segment.embeddings, id)
  }

  private mutating func admit(_ embeddings: Embeddings, _ id: Int) {
    guard let reading = readings[id], embeddings.frames > 0 else {
      return finish(id, TokenSequence())
    }
    let seconds = Double(reading.count) / Double(VoiceActivityConfig.sampleRate)
    let limit = Int((seconds * Self.tokensPerSecond).rounded(.up))
    permits.work(clock) { decoder.admit(embeddings, tokenLimit: limit, id: id) }
  }

  private mutating func admitSecondReadings() {
    while let next = again.first, decoder.hasRoom(frames: next.embeddings.frames) {
      again.removeFirst()
      admit(next.embeddings, next.id)
    }
  }

  private mutating func step() {
    for (id, sequence) in permits.work(clock, { decoder.step() }) { finish(id, sequence) }
  }

  private mutating func finish(_ id: Int, _ sequence: TokenSequence) {
    guard let reading = readings[id] else { return }
    if let first = reading.first {
      let second = secondReading.isBetter(sequence, than: first)
      return settle(id, second ? sequence : first, isSecond: second)
    }
    guard secondReading.isNeeded(sequence),
      let range = SecondReading.range(of: reading.pending.speech)
    else { return settle(id, sequence, isSecond: false) }
    readings[id]?.first = sequence
    readings[id]?.offset = range.lowerBound
    readings[id]?.count = range.count
    again.append((id, encoders.encode(Array(reading.pending.speech.samples[range]), clock)))
  }

  private mutating func settle(_ id: Int, _ sequence: TokenSequence, isSecond: Bool) {
    guard let reading = readings.removeValue(forKey: id) else { return }
    var span = reading.pending.span
    if isSecond { span.narrow(to: reading.offset..<reading.offset + reading.count) }
    finished[id] = DecodedSegment(span: span, sequence: sequence)
  }
}
