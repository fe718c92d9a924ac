import NN

/// Fuses sound and lips by any `FusionMethod`, with memory of its own. When lips may have a say is decided by
/// the switch of cross-modal attention, whatever the method.
package struct LipFusion: ~Copyable {
  /// A segment after the fusion.
  package struct Result: Sendable {
    /// What the decoder hears, `[T, width]`.
    package var embeddings: Embeddings
    /// How far each frame was open to the lips, `[T]`, 0...1.
    package let gate: [Float]
    /// What it hears beside that, and how much that counts in the choice of words (late fusion).
    package var beside: (embeddings: Embeddings, weight: Float)?
  }

  private var attention: CrossModalFusion
  private let comparison: FusionBaselinesWeights?
  /// Made for the first segment that takes them.
  private var baselines: FusionBaselines?

  /// Makes a fusion; without `baselines` it knows cross-modal attention alone.
  package init(_ attention: CrossModalFusionWeights, baselines: FusionBaselinesWeights?) {
    self.attention = CrossModalFusion(weights: attention)
    comparison = baselines
  }

  /// Fuses the audio of a segment, as it comes from the adapter with its `noisiness`, with its lips,
  /// whose `agreement` with it is known.
  package mutating func fuse(
    _ audio: Embeddings, by method: FusionMethod, noisiness: Float, lips: LipSequence,
    agreement: Float
  ) -> Result {
    let fused = attention.fuse(audio, noisiness: noisiness, lips: lips, agreement: agreement)
    var result = Result(embeddings: fused.embeddings, gate: fused.gate)
    if method.isBaseline, baselines == nil {
      baselines = comparison.map { FusionBaselines(weights: $0) }
    }
    switch method {
    case .attention: break
    case .early where fused.decision == .fused:
      if let made = baselines?.early(audio, lips: lips) { result.embeddings = made }
    case .late where fused.decision == .fused:
      result.embeddings = audio
      if let share = baselines?.lipShare(noisiness: noisiness),
        let made = baselines?.foretold(lips, like: audio)
      {
        result.beside = (made, share)
      }
    case .early, .late: break
    case .lipsOnly:
      let isReadable = fused.decision != .noLips && fused.decision != .unknownFace
      let made = isReadable ? baselines?.foretold(lips, like: audio) : nil
      result.embeddings = made ?? audio.none
    }
    return result
  }
}
