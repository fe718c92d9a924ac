import NN

/// Memory of one forward pass, allocated once and grown only for a longer segment.
struct MoonshineEncoderScratch: ~Copyable {
  /// Output of the first convolution `[T1, hidden]`; later queries, keys and values, then the inside of the
  /// feed-forward block `[T, intermediate]` (T1 is about 6 T, so it is the larger).
  var wide: FloatBuffer
  /// Output of the second convolution `[T2, 2 hidden]`.
  var middle: FloatBuffer
  /// The residual stream `[T, hidden]`.
  var hidden: FloatBuffer
  /// Its normalised copy `[T, hidden]`, also the joined heads.
  var normed: FloatBuffer
  /// What the products need.
  let product: FloatBuffer
  var attention: MultiHeadAttention
  private var capacity: Int

  init(weights: MoonshineEncoderWeights, samples count: Int) {
    let config = weights.config
    let (t1, t2, t) = config.lengths(samples: count)
    wide = FloatBuffer(
      count: max(t1 * config.hidden, t * max(3 * config.hidden, config.intermediate)))
    middle = FloatBuffer(count: t2 * 2 * config.hidden)
    hidden = FloatBuffer(count: t * config.hidden)
    normed = FloatBuffer(count: t * config.hidden)
    let needs = [weights.conv1, weights.conv2, weights.conv3].map(\.scratchCount)
    let layers = weights.layers.flatMap {
      [$0.queriesKeysValues, $0.fc1, $0.fc2].map(\.weights.scratchCount)
    }
    product = FloatBuffer(count: (needs + layers).max() ?? 0)
    attention = MultiHeadAttention(heads: config.heads, headSize: config.headSize, capacity: t)
    capacity = count
  }

  mutating func reserve(weights: MoonshineEncoderWeights, samples count: Int) {
    if count > capacity { self = MoonshineEncoderScratch(weights: weights, samples: count) }
  }
}
