import AudioEncoder
import NN

/// The noise meter, and the noise adapter from the first segment on in which there is noise.
struct NoiseCompensation: ~Copyable {
  private let lips: LipModels
  private var meter: NoiseMeter
  private var adapter: NoiseAdapter?

  init(_ lips: LipModels) {
    self.lips = lips
    meter = NoiseMeter(weights: lips.meter)
  }

  /// The segment's embeddings with noise taken off, how noisy it is, and what share of the
  /// adapter's change it got. Clean segments come back as they
  /// were, bit for bit.
  ///
  /// - Throws: why the adapter could not be loaded.
  mutating func apply(
    to heard: Embeddings
  ) throws(TranscriptionError) -> (embeddings: Embeddings, noisiness: Float, opening: Float) {
    let (noisiness, opening) = meter.measure(heard)
    guard opening > 0 else { return (heard, noisiness, 0) }
    if adapter == nil { adapter = NoiseAdapter(weights: try lips.adapter()) }
    return (adapter?.adapt(heard, opening: opening) ?? heard, noisiness, opening)
  }
}
