import Fusion
import NN

/// A segment with what the decoder wrote.
struct DecodedSegment: Sendable {
  let span: SpeechSpan
  let sequence: TokenSequence
}

/// Decodes many segments as one batch, kept full: when one is finished the next one enters.
/// Segments leave in the order in which they came.
struct DecodeStage: ~Copyable {
  /// Segments decoded at once.
  static let slots = 8
  /// Frames held at once: 48 s of audio, whose keys and values take 28 MB.
  static let frameLimit = 2_000
  /// Tokens a second of audio at most (Moonshine's own limit), which ends hallucinated loops.
  static let tokensPerSecond = 6.5

  private var decoder: TextDecoder
  private let permits: ComputePermits
  private var spans: [Int: SpeechSpan] = [:]
  private var finished: [Int: DecodedSegment] = [:]
  private var admitted = 0
  private var sent = 0

  /// A stage that works under `permits`.
  init(weights: TextDecoderWeights, permits: ComputePermits) {
    decoder = TextDecoder(
      weights: weights, slots: Self.slots, frameLimit: Self.frameLimit,
      alignmentHeads: AlignmentHead.tinyEnglish)
    self.permits = permits
  }

  /// Runs until the input has ended and every segment is decoded.
  mutating func run(
    _ input: StageInput<EncodedSegment>, _ output: StageOutput<DecodedSegment>
  ) throws(TranscriptionError) {
    var next = try input.next()
    while next != nil || !decoder.isIdle {
      while let segment = next, decoder.hasRoom(frames: segment.embeddings.frames) {
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
    spans[id] = segment.span
    guard segment.embeddings.frames > 0 else { return finish(id, TokenSequence()) }
    let limit = Int((segment.span.seconds * Self.tokensPerSecond).rounded(.up))
    permits.work { decoder.admit(segment.embeddings, tokenLimit: limit, id: id) }
  }

  private mutating func step() {
    for (id, sequence) in permits.work({ decoder.step() }) { finish(id, sequence) }
  }

  private mutating func finish(_ id: Int, _ sequence: TokenSequence) {
    guard let span = spans.removeValue(forKey: id) else { return }
    finished[id] = DecodedSegment(span: span, sequence: sequence)
  }
}
