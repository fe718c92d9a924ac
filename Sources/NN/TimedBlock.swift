/// A transformer block over moments in time: pre-norm self-attention that fades with distance
/// (`TimedAttention`), then a feed-forward block with GELU, both residual.
package struct TimedBlock: Sendable {
  /// Sizes of a block.
  package struct Config: Sendable, Hashable {
    package let width: Int
    /// Attention heads; `width / heads` values each.
    package let heads: Int
    /// Width inside the feed-forward block.
    package let inner: Int

    package init(width: Int, heads: Int, inner: Int) {
      self.width = width
      self.heads = heads
      self.inner = inner
    }
  }

  private let config: Config
  private let attentionNorm: LayerNorm
  private let queriesKeysValues: Linear
  private let o: Linear
  private let slopes: [Float]
  private let feedForward: FeedForward

  /// Loads the block at `scope`.
  package init(_ scope: WeightScope, _ config: Config) throws(WeightError) {
    let width = config.width
    self.config = config
    attentionNorm = try LayerNorm(scope["attention_norm"], size: width)
    queriesKeysValues = try Linear(
      joining: ["q_proj", "k_proj", "v_proj"].map { scope[$0] }, inputs: width, outputs: width)
    o = try Linear(scope["o_proj"], inputs: width, outputs: width)
    slopes = try scope.f32("slope", shape: [config.heads]).elements
    feedForward = try FeedForward(scope, width: width, inner: config.inner)
  }

  /// `h [T, width]` at `times` [T] (seconds, ascending), in place.
  package func callAsFunction(_ h: MatrixView, times: [Float], scratch: inout TimedBlockScratch) {
    scratch.reserve(rows: h.rows)
    let width = config.width
    let y = scratch.normed.matrix(h.rows, width)
    attentionNorm(h, into: y)
    let joined = scratch.wide.matrix(h.rows, 3 * width)
    queriesKeysValues(y, into: joined, scratch: scratch.product)
    scratch.attention(
      TimedAttention.Operands(
        queries: joined.columns(0..<width), times: times,
        keys: joined.columns(width..<2 * width),
        values: joined.columns(2 * width..<3 * width), keyTimes: times),
      slopes: slopes, into: y)
    o(y, ending: .add, into: h, scratch: scratch.product)
    feedForward(
      h, normed: y, inner: scratch.wide.matrix(h.rows, config.inner), scratch: scratch.product)
  }

  /// Floats of scratch that the products need.
  fileprivate var scratchCount: Int {
    max(queriesKeysValues.weights.scratchCount, o.weights.scratchCount, feedForward.scratchCount)
  }
}

/// `h += fc2(gelu(fc1(norm(h))))`.
package struct FeedForward: Sendable {
  private let norm: LayerNorm
  private let fc1: Linear
  private let fc2: Linear

  /// Loads `mlp_norm`, `fc1` and `fc2` at `scope`.
  package init(_ scope: WeightScope, width: Int, inner: Int) throws(WeightError) {
    norm = try LayerNorm(scope["mlp_norm"], size: width)
    fc1 = try Linear(scope["fc1"], inputs: width, outputs: inner, hasBias: true)
    fc2 = try Linear(scope["fc2"], inputs: inner, outputs: width, hasBias: true)
  }

  /// `h [T, width]` in place; `normed` is as large, `inner` is `[T, inner]`, both for its own use.
  package func callAsFunction(
    _ h: MatrixView, normed: MatrixView, inner: MatrixView, scratch: borrowing FloatBuffer
  ) {
    norm(h, into: normed)
    fc1(normed, ending: .gelu, into: inner, scratch: scratch)
    fc2(inner, ending: .add, into: h, scratch: scratch)
  }

  /// Floats of scratch that the products need.
  package var scratchCount: Int { max(fc1.weights.scratchCount, fc2.weights.scratchCount) }
}

/// Memory of blocks of one size, kept from call to call and grown for a longer sequence.
package struct TimedBlockScratch: ~Copyable {
  /// [T, width]
  fileprivate var normed = FloatBuffer(count: 0)
  /// Queries, keys and values, then the inside of the feed-forward block.
  fileprivate var wide = FloatBuffer(count: 0)
  fileprivate let product: FloatBuffer
  fileprivate var attention: TimedAttention
  private let config: TimedBlock.Config

  /// Memory for any of `blocks`, which have the size `config`.
  package init(_ blocks: [TimedBlock], _ config: TimedBlock.Config) {
    self.config = config
    product = FloatBuffer(count: blocks.map(\.scratchCount).max() ?? 0)
    attention = TimedAttention(heads: config.heads, headSize: config.width / config.heads)
  }

  fileprivate mutating func reserve(rows: Int) {
    normed.reserve(rows * config.width)
    wide.reserve(rows * max(3 * config.width, config.inner))
  }
}
