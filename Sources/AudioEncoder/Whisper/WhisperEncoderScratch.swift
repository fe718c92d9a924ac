import NN

/// Memory of one forward pass; a window always has the same size.
struct WhisperEncoderScratch: ~Copyable {
  let frontEnd = LogMel.Scratch()
  /// The front end's `[1 + 3000 + 1, bands]`, with a frame of zeros at both ends.
  let mel: FloatBuffer
  /// Output of the first convolution `[1 + 3000 + 1, hidden]`, likewise; later queries, keys and values
  /// `[1500, 3 hidden]`, then the inside of the feed-forward block `[1500, 4 hidden]`.
  let wide: FloatBuffer
  /// The residual stream `[1500, hidden]`.
  let hidden: FloatBuffer
  /// Its normalised copy, also the joined heads.
  let normed: FloatBuffer
  /// What the products need.
  let product: FloatBuffer
  let attention: MultiHeadAttention

  init(weights: WhisperEncoderWeights) {
    let config = weights.config
    let frames = WhisperEncoderConfig.frames
    mel = FloatBuffer(count: (LogMel.frames + 2) * config.bands)
    wide = FloatBuffer(count: (LogMel.frames + 2) * max(config.hidden, config.intermediate / 2))
    hidden = FloatBuffer(count: frames * config.hidden)
    normed = FloatBuffer(count: frames * config.hidden)
    let layers = weights.layers.flatMap {
      [$0.queriesKeysValues, $0.fc1, $0.fc2].map(\.weights.scratchCount)
    }
    let convolutions = [weights.conv1, weights.conv2].map(\.scratchCount)
    product = FloatBuffer(count: (layers + convolutions).max() ?? 0)
    attention = MultiHeadAttention(
      heads: config.heads, headSize: config.hidden / config.heads, capacity: frames,
      inPairs: true)
  }
}
