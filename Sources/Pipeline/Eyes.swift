import AudioEncoder
import Demux
import Fusion
import LipEncoder
import NN

/// What a reader sees with, and what it does with what it sees: scratch of its own over weights that
/// all readers share.
final class Eyes {
  let use: LipUse
  private let sight: Sight
  private let leastNoisiness: Float
  private var adapter: NoiseAdapter
  private var lips: LipNetwork
  private var agreement: LipAgreement
  private var fusion: CrossModalFusion

  /// Eyes that look as `use` says.
  init(_ models: LipModels, use: LipUse) {
    self.use = use
    sight = models.sight
    leastNoisiness = models.fusion.leastNoisiness
    adapter = NoiseAdapter(weights: models.adapter)
    lips = LipNetwork(weights: models.lips)
    agreement = LipAgreement(weights: models.agreement)
    fusion = CrossModalFusion(weights: models.fusion)
  }

  /// Embeddings `[T, 288]` with noise taken off, and how noisy they were, 0...1.
  func adapt(_ heard: Embeddings) -> (embeddings: Embeddings, noisiness: Float) {
    let adapted = adapter.adapt(heard)
    return (adapted.embeddings, adapted.noisiness)
  }

  /// Whether to look at a segment of this noisiness.
  func wantsToLook(noisiness: Float) -> Bool {
    switch use {
    case .never: false
    case .auto: noisiness >= leastNoisiness
    case .always, .only: true
    }
  }

  /// The mouths in a segment.
  func mouths(in picture: PictureSource, _ span: SpeechSpan) -> [MouthTrack] {
    sight.mouths(in: picture, from: span.start, to: span.start + span.seconds)
  }

  /// Reads the lips of the face that fits the sound best, and fuses them with it.
  ///
  /// - Parameters:
  ///   - audio: after the adapter, `[T, 288]`.
  ///   - noisiness: as the adapter told it.
  ///   - start: seconds of the segment at which the audio begins; `end` where it ends.
  ///   - mouths: those seen in the segment; afterwards the one that was read.
  func fuse(
    _ audio: Embeddings, noisiness: Float, from start: Double, to end: Double,
    mouths: inout [MouthTrack]
  ) -> Percept {
    var best: (mouth: MouthTrack, lips: LipSequence, score: Float)?
    for mouth in mouths {
      let part = mouth.part(from: start, to: end)
      guard part.count > 0 else { continue }
      let sequence = lips.embed(crops: part.crops, quality: part.quality, times: part.times)
      let score = agreement.score(audio: audio, lips: sequence)
      if best.map({ Self.isBetter((sequence, score), than: ($0.lips, $0.score)) }) ?? true {
        best = (mouth, sequence, score)
      }
    }
    guard let best else { return Percept(embeddings: audio) }
    mouths = [best.mouth]
    let result = fusion.fuse(
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
