/// The shape of a transformer's text decoder that attends to audio, and the tokens it works with.
///
/// Families of speech models differ in what is listed here and in nothing else.
package struct TextDecoderConfig: Sendable, Hashable {
  /// How a token's place in the sequence is told.
  package enum Positions: Sendable, Hashable {
    /// Queries and keys are turned (`RotaryPositions`), the first `dimensions` values of each head.
    case rotary(dimensions: Int, theta: Double)
    /// A vector for each position is added to the token's embedding.
    case learned
  }

  /// The block behind attention.
  package enum FeedForward: Sendable, Hashable {
    /// `fc2(a * silu(g))`, `[a | g] = fc1(x)` (Shazeer 2020).
    case swiGLU
    /// `fc2(gelu(fc1(x)))`.
    case gelu
  }

  /// Width of an embedding.
  package var hidden: Int
  /// Transformer layers.
  package var layers: Int
  /// Attention heads; `hidden / heads` values each.
  package var heads: Int
  /// Width inside the feed-forward block.
  package var intermediate: Int
  /// Number of tokens.
  package var vocabulary: Int
  /// Longest sequence of tokens, the prompt included.
  package var maximumTokens: Int
  package var positions: Positions
  package var feedForward: FeedForward
  /// Whether queries, values and outputs of attention have a bias; keys never have.
  package var hasAttentionBias: Bool
  /// Whether the layer norms have a bias.
  package var hasNormBias: Bool
  /// The token that ends a sequence.
  package var endToken: Int32
  /// Tokens that are never written, such as those that stand for no text.
  package var suppressed: [Int32] = []
  /// Tokens that are not written first, such as the end of a sequence.
  package var suppressedFirst: [Int32] = []

  package init(
    hidden: Int, layers: Int, heads: Int, intermediate: Int, vocabulary: Int, maximumTokens: Int,
    positions: Positions, feedForward: FeedForward, hasAttentionBias: Bool = false,
    hasNormBias: Bool = false, endToken: Int32
  ) {
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.intermediate = intermediate
    self.vocabulary = vocabulary
    self.maximumTokens = maximumTokens
    self.positions = positions
    self.feedForward = feedForward
    self.hasAttentionBias = hasAttentionBias
    self.hasNormBias = hasNormBias
    self.endToken = endToken
  }

  /// Values of a head.
  package var headSize: Int { hidden / heads }
  /// Bytes of the keys and values of one frame of audio, of all layers, in 8 bits.
  package var bytesPerFrame: Int { layers * 2 * hidden }
  /// Outputs of the feed-forward block's first layer.
  var expanded: Int { feedForward == .swiGLU ? 2 * intermediate : intermediate }
}
