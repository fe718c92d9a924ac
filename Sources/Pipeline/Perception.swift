import AudioEncoder
import Demux
import Fusion
import LipEncoder
import NN

/// A segment as the decoder shall hear it, and what the picture had to do with it.
struct Percept {
  /// `[T, 288]`.
  let embeddings: Embeddings
  /// Nil where nobody looked.
  var evidence: LipEvidence?
}

/// What lips did for a segment.
struct LipEvidence: Sendable {
  /// Why lips changed something or nothing.
  let decision: CrossModalFusion.Decision
  /// Where the face is whose lips were read.
  let face: FacePlace
  /// How far the gate was open in each audio frame, `[T]`, 0...1.
  let gate: [Float]

  /// How far the gate was open in a word that is spoken in `frames`.
  func gate(in frames: Range<Int>) -> Double {
    let range = frames.clamped(to: gate.indices)
    let sum = gate[range].reduce(0, +)
    return range.isEmpty ? 0 : Double(sum) / Double(range.count)
  }
}

/// What one reader hears and sees: audio encoder, noise adapter, lips and their fusion, each with
/// scratch of its own.
///
///     samples [N] -> encoder -> x [T, 288] -> adapter -> a [T, 288] -> a + gate x change(a, lips)
///
/// Without lip models it is the encoder alone.
struct Perception: ~Copyable {
  private struct Eyes: ~Copyable {
    let use: LipUse
    let sight: Sight
    let cleanBelow: Float
    var adapter: NoiseAdapter
    var lips: LipNetwork
    var agreement: LipAgreement
    var fusion: CrossModalFusion
  }

  private var encoder: MoonshineEncoder
  private var eyes: Eyes?
  private let permits: ComputePermits
  private let encoding: StageClock
  private let looking: StageClock

  /// Perception under `permits`, measured by `clocks`.
  init(
    models: TranscriptionModels, use: LipUse, permits: ComputePermits, clocks: ReaderClocks
  ) {
    encoder = MoonshineEncoder(weights: models.encoder)
    if let lips = models.lips {
      eyes = Eyes(
        use: use, sight: lips.sight, cleanBelow: lips.fusion.noisiness,
        adapter: NoiseAdapter(weights: lips.adapter), lips: LipNetwork(weights: lips.lips),
        agreement: LipAgreement(weights: lips.agreement),
        fusion: CrossModalFusion(weights: lips.fusion))
    }
    self.permits = permits
    encoding = clocks.encoding
    looking = clocks.looking
  }

  /// Hears samples of a segment, and looks at the recording's picture where that may help.
  ///
  /// - Parameters:
  ///   - samples: 16 kHz, `[N]`, from the segment's sample `first` on.
  ///   - segment: the segment that they belong to.
  ///   - seen: the mouths in the whole segment, looked for where nil; afterwards those that matter.
  mutating func perceive(
    _ samples: [Float], of segment: PendingSegment, from first: Int, seen: inout [MouthTrack]?
  ) -> Percept {
    let isDeaf = eyes?.use == .only
    let heard = permits.work(encoding) {
      encoder.encode(isDeaf ? Array(repeating: 0, count: samples.count) : samples)
    }
    guard heard.frames > 0, eyes != nil else { return Percept(embeddings: heard) }
    let adapted = permits.work(encoding) { eyes?.adapter.adapt(heard) }
    guard let adapted, let use = eyes?.use, let cleanBelow = eyes?.cleanBelow else {
      return Percept(embeddings: heard)
    }
    guard let picture = segment.picture, use != .never,
      use != .auto || adapted.noisiness >= cleanBelow
    else { return Percept(embeddings: adapted.embeddings) }
    let start = Double(first) / Double(deliveredSampleRate)
    let end = Double(first + samples.count) / Double(deliveredSampleRate)
    return permits.work(looking) {
      if seen == nil {
        let span = segment.span
        seen = eyes?.sight.mouths(in: picture, from: span.start, to: span.start + span.seconds)
      }
      return fuse(adapted.embeddings, adapted.noisiness, from: start, to: end, seen: &seen)
    }
  }

  /// Reads the lips of the face that fits the sound best, and fuses them with it.
  private mutating func fuse(
    _ audio: Embeddings, _ noisiness: Float, from start: Double, to end: Double,
    seen: inout [MouthTrack]?
  ) -> Percept {
    guard var eyes = eyes.take() else { return Percept(embeddings: audio) }
    defer { self.eyes = consume eyes }
    var best: (mouth: MouthTrack, lips: LipSequence, score: Float)?
    for mouth in seen ?? [] {
      let part = mouth.part(from: start, to: end)
      guard part.count > 0 else { continue }
      let lips = eyes.lips.embed(crops: part.crops, quality: part.quality, times: part.times)
      let score = eyes.agreement.score(audio: audio, lips: lips)
      if best.map({ Self.isBetter((lips, score), than: ($0.lips, $0.score)) }) ?? true {
        best = (mouth, lips, score)
      }
    }
    guard let best else { return Percept(embeddings: audio, evidence: nil) }
    seen = [best.mouth]
    let result = eyes.fusion.fuse(
      audio, noisiness: noisiness, lips: best.lips, agreement: best.score)
    return Percept(
      embeddings: result.embeddings,
      evidence: LipEvidence(
        decision: result.decision, face: best.mouth.place, gate: result.gate))
  }

  /// A known face goes before a strange one, then the one whose lips fit the sound better.
  private static func isBetter(
    _ a: (lips: LipSequence, score: Float), than b: (lips: LipSequence, score: Float)
  ) -> Bool {
    if a.lips.isKnownFace != b.lips.isKnownFace { return a.lips.isKnownFace }
    return a.score > b.score
  }
}
