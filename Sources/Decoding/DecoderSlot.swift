import CKernels
import NN

/// What has been written of one segment while it is decoded.
final class DecoderSlot {
  /// The slot's number, which is also its place in the cache.
  let index: Int
  private let endToken: Int32
  private var prompt: [Int32] = []
  private var tokenLimit = 0
  private(set) var id = 0
  private(set) var isLive = false
  private(set) var sequence = TokenSequence()
  /// The slot in which the segment is listened to in another way, and its weight in the choice of words.
  var companion: (slot: DecoderSlot, weight: Float)?
  /// The search that it is a part of; nil where one text alone is written.
  var beam: BeamSearch?
  /// Weights of alignment heads in a beam search: a row for each token that was read, and what was recorded of
  /// the one that is being read. Slots that begin alike share rows.
  private var rows: [[Float]] = []
  private var row: [Float] = []
  /// The slot whose audio it listens to.
  var audioSlot: Int
  /// Looks for the segment's terms; nil where it has none.
  var search: TermSearch?

  init(index: Int, endToken: Int32) {
    self.index = index
    audioSlot = index
    self.endToken = endToken
  }

  /// Position of the token that is read next; the prompt's first is at 0.
  var position: Int { prompt.count - 1 + sequence.tokens.count }
  /// Whether a token is to be read in it.
  var isReading: Bool { isLive && beam?.isLive(self) != false }
  /// The token that is read next.
  var lastToken: Int32 { sequence.tokens.last ?? prompt[prompt.count - 1] }

  /// Takes in a segment whose sequence begins with `prompt` (at least one token); for each token that is
  /// written, `rowSize` weights of attention will be recorded.
  func begin(id: Int, frames: Int, prompt: [Int32], tokenLimit: Int, rowSize: Int) {
    precondition(!prompt.isEmpty)
    self.id = id
    self.prompt = prompt
    self.tokenLimit = tokenLimit
    sequence = TokenSequence()
    sequence.frames = frames
    sequence.attention.reserveCapacity(tokenLimit * rowSize)
    isLive = true
  }

  /// Keeps alignment heads' weights over the frames.
  func record(_ weights: UnsafeBufferPointer<Float>) {
    if beam == nil {
      sequence.attention.append(contentsOf: weights)
    } else {
      row.append(contentsOf: weights)
    }
  }

  /// What was recorded in a beam search, the row of the token that was read last included.
  var attentionRows: [[Float]] { rows + [row] }

  /// Notes that what was computed for the next token is no number.
  func computedNoNumber() { sequence.isOfNoUse = true }

  /// Takes the next token, after going back where terms ask for it; true when the sequence is finished.
  func append(_ move: TermSearch.Move, rowSize: Int) -> Bool {
    if move.keep < sequence.tokens.count { sequence.truncate(to: move.keep, rowSize: rowSize) }
    let choice = move.choice
    if choice.token == endToken {
      sequence.endProbability = choice.probability
      return true
    }
    sequence.tokens.append(choice.token)
    sequence.probabilities.append(choice.probability)
    let kept = RepetitionDetector.keptCount(of: sequence.tokens)
    guard kept != nil || sequence.tokens.count >= tokenLimit else { return false }
    if let move = search?.retreat() { return append(move, rowSize: rowSize) }
    if let kept {
      sequence.ending = .repetition
      sequence.truncate(to: kept, rowSize: rowSize)
    } else {
      sequence.ending = .tokenLimit
    }
    return true
  }

  /// Takes the next token of a beam search.
  func append(_ token: Int32, _ probability: Float) {
    sequence.tokens.append(token)
    sequence.probabilities.append(probability)
    rows.append(row)
    row = []
  }

  /// Takes over the text of another slot of its search.
  func copy(_ other: DecoderSlot) {
    sequence.tokens = other.sequence.tokens
    sequence.probabilities = other.sequence.probabilities
    (rows, row) = (other.rows, other.row)
  }

  /// Forgets what was written, but not the prompt.
  func rewind() {
    sequence.tokens = []
    sequence.probabilities = []
    sequence.attention = []
  }

  /// Takes over what `other` has written; what was recorded goes with tokens that were taken back.
  func follow(_ other: DecoderSlot, rowSize: Int) {
    let surplus = sequence.attention.count - other.sequence.tokens.count * rowSize
    sequence.attention.removeLast(max(0, surplus))
    sequence.tokens = other.sequence.tokens
  }

  /// Frees the slot for another segment.
  func end() -> TokenSequence {
    isLive = false
    companion = nil
    beam = nil
    (rows, row) = ([], [])
    audioSlot = index
    sequence.regret = search?.regret ?? 0
    search = nil
    defer { sequence = TokenSequence() }
    return sequence
  }
}

/// Memory of one step, allocated once.
struct TextDecoderScratch: ~Copyable {
  /// Tokens of a prompt that are read at once at least.
  private static let promptRows = 8

  /// Tokens that are read at once at most.
  let rows: Int
  /// `[rows, hidden]` each.
  let hidden: FloatBuffer
  let normed: FloatBuffer
  /// Queries, keys and values `[rows, 3 hidden]`.
  let joined: FloatBuffer
  /// `[rows, 2 intermediate]` where the block is gated, and `[rows, intermediate]`.
  let gated: FloatBuffer
  let inner: FloatBuffer
  /// `[slots, vocabulary]`.
  let logits: FloatBuffer
  /// What the products need.
  let product: FloatBuffer
  /// The attention kernels' own memory.
  var attention = FloatBuffer(count: 0)
  /// Weights of the alignment heads of one layer, `[heads, frames]`.
  var probabilities = FloatBuffer(count: 0)
  /// A segment's keys and values `[frames, 2 hidden]` before they are stored.
  var projected = FloatBuffer(count: 0)

  /// Memory for `slots` segments, a token of each at once, or so many tokens of a prompt.
  init(weights: TextDecoderWeights, slots: Int) {
    let config = weights.config
    rows = max(slots, Self.promptRows)
    hidden = FloatBuffer(count: rows * config.hidden)
    normed = FloatBuffer(count: rows * config.hidden)
    joined = FloatBuffer(count: rows * 3 * config.hidden)
    gated = FloatBuffer(count: rows * config.expanded)
    inner = FloatBuffer(count: rows * config.intermediate)
    logits = FloatBuffer(count: slots * config.vocabulary)
    attention.reserve(Self.attentionCount(config, rows: config.maximumTokens))
    let needs = weights.layers.flatMap { layer in
      [layer.selfAttention.queriesKeysValues, layer.fc1, layer.fc2].map(\.weights.scratchCount)
    }
    product = FloatBuffer(count: (needs + [weights.embedding.scratchCount]).max() ?? 0)
  }

  /// Makes room for a segment of `frames`, of which at most `recorded` heads of a layer are recorded.
  mutating func reserve(frames: Int, recorded: Int, config: TextDecoderConfig) {
    projected.reserve(2 * frames * config.hidden)
    attention.reserve(Self.attentionCount(config, rows: frames))
    probabilities.reserve(frames * recorded)
  }

  private static func attentionCount(_ config: TextDecoderConfig, rows: Int) -> Int {
    (vk_memory_scratch(rows, config.heads, config.headSize) + 3) / MemoryLayout<Float>.size
  }
}
