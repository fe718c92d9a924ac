import AudioEncoder
import Demux
import Fusion
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
  private var encoder: MoonshineEncoder
  private let eyes: Eyes?
  private let permits: ComputePermits
  private let encoding: StageClock
  private let looking: StageClock

  /// Perception under `permits`, measured by `clocks`.
  init(
    models: TranscriptionModels, use: LipUse, permits: ComputePermits, clocks: ReaderClocks
  ) {
    encoder = MoonshineEncoder(weights: models.encoder)
    eyes = models.lips.map {
      Eyes($0, surveyor: LipSurveyor(models: models, lips: $0), use: use)
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
  ///   - first: the place of the first sample in the segment.
  ///   - seen: the mouths in the whole segment, looked for where nil; afterwards those that matter.
  /// - Returns: what the decoder shall read.
  mutating func perceive(
    _ samples: [Float], of segment: PendingSegment, from first: Int, seen: inout [MouthTrack]?
  ) -> Percept {
    let isDeaf = eyes?.use == .only
    let heard = permits.work(encoding) {
      encoder.encode(isDeaf ? Array(repeating: 0, count: samples.count) : samples)
    }
    guard heard.frames > 0, let eyes else { return Percept(embeddings: heard) }
    let adapted = permits.work(encoding) { eyes.adapt(heard) }
    guard let picture = segment.picture, eyes.wantsToLook(noisiness: adapted.noisiness) else {
      return Percept(embeddings: adapted.embeddings)
    }
    let start = Double(first) / Double(deliveredSampleRate)
    let end = Double(first + samples.count) / Double(deliveredSampleRate)
    return permits.work(looking) {
      var mouths = seen ?? eyes.mouths(in: picture, segment.span)
      defer { seen = mouths }
      return eyes.fuse(
        adapted.embeddings, noisiness: adapted.noisiness, from: start, to: end, mouths: &mouths)
    }
  }
}
