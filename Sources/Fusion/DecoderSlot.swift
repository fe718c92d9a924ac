import CKernels
import NN

/// The state of one segment while it is decoded: its caches and what has been written.
final class DecoderSlot {
  private let config: TextDecoderConfig
  /// `[layers, 2, tokenLimit, hidden]`: keys and values of the tokens so far.
  private var cache = FloatBuffer(count: 0)
  /// `[layers, 2, frames, hidden]`: keys (by dimension) and values of the audio.
  private var cross = HalfBuffer(count: 0)
  private var tokenLimit = 0
  private(set) var id = 0
  private(set) var isLive = false
  private(set) var sequence = TokenSequence()

  init(config: TextDecoderConfig) {
    self.config = config
  }

  /// Position of the token that is read next; the start token is at 0.
  var position: Int { sequence.tokens.count }
  /// The token that is read next.
  var lastToken: Int32 { sequence.tokens.last ?? config.startToken }

  func begin(id: Int, frames: Int, tokenLimit: Int) {
    self.id = id
    self.tokenLimit = tokenLimit
    cache = FloatBuffer(count: config.layers * 2 * cacheCount)
    cross = HalfBuffer(count: config.layers * 2 * frames * config.hidden)
    sequence = TokenSequence()
    sequence.frames = frames
    isLive = true
  }

  /// Keys of the audio by dimension, `[hidden, frames]`.
  func crossKeys(layer: Int) -> UnsafePointer<UInt16> {
    UnsafePointer(cross.base + 2 * layer * crossCount)
  }

  /// Values of the audio, `[frames, hidden]`.
  func crossValues(layer: Int) -> UnsafePointer<UInt16> {
    UnsafePointer(cross.base + (2 * layer + 1) * crossCount)
  }

  private var crossCount: Int { sequence.frames * config.hidden }

  /// Stores `keys [frames, hidden]`.
  func setCrossKeys(layer: Int, _ keys: MatrixView) {
    cross.storeTransposed(keys, at: 2 * layer * crossCount)
  }

  /// Stores `values [frames, hidden]`.
  func setCrossValues(layer: Int, _ values: MatrixView) {
    cross.store(values, at: (2 * layer + 1) * crossCount)
  }

  /// Keys of the tokens up to the one being read, by dimension, `[hidden, position + 1]`.
  func keys(layer: Int) -> MatrixView {
    MatrixView(
      base: cache.base + 2 * layer * cacheCount, rows: config.hidden, columns: position + 1,
      stride: tokenLimit)
  }

  /// Values of the tokens up to the one being read, `[position + 1, hidden]`.
  func values(layer: Int) -> MatrixView {
    cache.matrix(position + 1, config.hidden, offset: (2 * layer + 1) * cacheCount)
  }

  private var cacheCount: Int { tokenLimit * config.hidden }

  /// Stores the key and the value `[hidden]` of the token being read.
  func appendToCache(layer: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
    vk_transpose(
      key, config.hidden, 1, config.hidden, keys(layer: layer).base + position,
      tokenLimit)
    values(layer: layer).row(position).update(from: value, count: config.hidden)
  }

  /// Keeps one alignment head's weights over the frames.
  func record(_ weights: UnsafeBufferPointer<Float>) {
    sequence.attention.append(contentsOf: weights)
  }

  /// Takes the next token; true when the sequence is finished.
  func append(_ token: Int32, probability: Float, rowSize: Int) -> Bool {
    if token == config.endToken {
      sequence.endProbability = probability
      return true
    }
    sequence.tokens.append(token)
    sequence.probabilities.append(probability)
    if let kept = RepetitionDetector.keptCount(of: sequence.tokens) {
      sequence.ending = .repetition
      sequence.truncate(to: kept, rowSize: rowSize)
      return true
    }
    guard sequence.tokens.count >= tokenLimit else { return false }
    sequence.ending = .tokenLimit
    return true
  }

  /// Frees the slot for another segment, and its keys and values.
  func end() -> TokenSequence {
    isLive = false
    cache = FloatBuffer(count: 0)
    cross = HalfBuffer(count: 0)
    defer { sequence = TokenSequence() }
    return sequence
  }
}

/// Memory of one step, allocated once.
struct TextDecoderScratch: ~Copyable {
  /// `[rows, hidden]` each.
  let hidden: FloatBuffer
  let normed: FloatBuffer
  let query: FloatBuffer
  let key: FloatBuffer
  let value: FloatBuffer
  /// `[rows, 2 intermediate]` and `[rows, intermediate]`.
  let gated: FloatBuffer
  let inner: FloatBuffer
  /// `[rows, vocabulary]`.
  let logits: FloatBuffer
  /// What the products need.
  let product: FloatBuffer
  /// One head's weights, `[max(tokens, frames)]`.
  var probabilities: FloatBuffer
  /// A segment's keys or values `[frames, hidden]` before they are stored.
  var projected = FloatBuffer(count: 0)

  init(weights: TextDecoderWeights, rows: Int) {
    let config = weights.config
    hidden = FloatBuffer(count: rows * config.hidden)
    normed = FloatBuffer(count: rows * config.hidden)
    query = FloatBuffer(count: rows * config.hidden)
    key = FloatBuffer(count: rows * config.hidden)
    value = FloatBuffer(count: rows * config.hidden)
    gated = FloatBuffer(count: rows * 2 * config.intermediate)
    inner = FloatBuffer(count: rows * config.intermediate)
    logits = FloatBuffer(count: rows * config.vocabulary)
    probabilities = FloatBuffer(count: config.maximumTokens)
    let needs = weights.layers.flatMap { layer in
      [layer.selfAttention.q, layer.fc1, layer.fc2].map(\.weights.scratchCount)
    }
    product = FloatBuffer(count: (needs + [weights.embedding.scratchCount]).max() ?? 0)
  }
}
