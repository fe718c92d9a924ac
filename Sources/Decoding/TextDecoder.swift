import CKernels
import NN

/// The Moonshine text decoder (Jeffries et al. 2024), greedy, over many segments at once.
///
///     token [1] -> embedding [288]
///       -> 6 x (h += self-attention(norm h) over the tokens so far, rotary positions;
///               h += cross-attention(norm h) over the segment's embeddings [T, 288];
///               h += fc2(a * silu(g)), [a | g] = fc1(norm h))
///       -> norm -> h Eᵀ, logits [32768] -> largest
///
/// Segments enter when there is room (`admit`) and leave when they are finished (`step`), so the
/// products always have as many rows as possible and a weight is read once for all of them.
/// A segment's tokens do not depend on its neighbours: every row is computed on its own.
package struct TextDecoder: ~Copyable {
  private let weights: TextDecoderWeights
  private let alignmentHeads: [AlignmentHead]
  /// For each layer, the alignment heads in it, a bit each.
  private let recordedHeads: [UInt32]
  private let frameLimit: Int
  private let slots: [DecoderSlot]
  private var cache: KeyValueCache
  private var scratch: TextDecoderScratch

  /// A decoder for up to `slots` segments of together `frameLimit` frames at once (2048 for each slot
  /// where it is nil).
  ///
  /// It records the attention of `alignmentHeads`, which are in the order of layer and head.
  package init(
    weights: TextDecoderWeights, slots: Int, frameLimit: Int? = nil,
    alignmentHeads: [AlignmentHead]
  ) {
    precondition(slots > 0)
    self.frameLimit = frameLimit ?? slots * 2048
    precondition(
      zip(alignmentHeads, alignmentHeads.dropFirst()).allSatisfy {
        ($0.layer, $0.head) < ($1.layer, $1.head)
      })
    self.weights = weights
    self.alignmentHeads = alignmentHeads
    recordedHeads = weights.layers.indices.map { layer in
      alignmentHeads.filter { $0.layer == layer }.reduce(0) { $0 | 1 << UInt32($1.head) }
    }
    self.slots = (0..<slots).map { DecoderSlot(index: $0, config: weights.config) }
    cache = KeyValueCache(config: weights.config, slots: slots, frames: self.frameLimit)
    scratch = TextDecoderScratch(weights: weights, rows: slots)
  }

  /// True when a segment of `frames`, or of twice as many if it is listened to in two ways, can enter:
  /// there are free slots, and the frames of all segments together, whose cross keys and values are
  /// held, stay within the limit and find a place in the cache. One segment can always enter an idle
  /// decoder.
  package func hasRoom(frames: Int, ways: Int = 1) -> Bool {
    let live = slots.filter(\.isLive)
    let held = live.reduce(0) { $0 + $1.sequence.frames }
    return live.isEmpty
      || (live.count + ways <= slots.count && held + ways * frames <= frameLimit
        && cache.hasRoom(frames: ways * frames))
  }

  /// True when no segment is being decoded.
  package var isIdle: Bool { !slots.contains { $0.isLive } }

  /// Takes in a segment; its cross keys and values are computed here, once.
  ///
  /// - Parameters:
  ///   - embeddings: what the decoder listens to, `[T, hidden]`, T at least 1.
  ///   - other: the segment as somebody else hears it, and that one's weight w, 0...1: words are then
  ///     chosen by `(1 - w) log p + w log p'` (late fusion).
  ///   - tokenLimit: most tokens to write, the end token included; at least 1.
  ///   - terms: what may be said, to be written where it is nearly the most likely text.
  ///   - id: handed back with the result.
  package mutating func admit(
    _ embeddings: Embeddings, beside other: (embeddings: Embeddings, weight: Float)? = nil,
    tokenLimit: Int, terms: TermTree? = nil, id: Int
  ) {
    let slot = enter(embeddings, tokenLimit: tokenLimit, id: id)
    slot.search = terms.map { TermSearch($0) }
    guard let other else { return }
    slot.companion = (enter(other.embeddings, tokenLimit: tokenLimit, id: id), other.weight)
  }

  private mutating func enter(_ embeddings: Embeddings, tokenLimit: Int, id: Int) -> DecoderSlot {
    precondition(embeddings.frames > 0 && embeddings.width == weights.config.hidden)
    precondition(tokenLimit > 0)
    guard let slot = slots.first(where: { !$0.isLive }) else {
      preconditionFailure("admit without room")
    }
    let limit = min(tokenLimit, weights.config.maximumTokens - 1)
    slot.begin(
      id: id, frames: embeddings.frames, tokenLimit: limit,
      rowSize: alignmentHeads.count * embeddings.frames)
    cache.open(slot: slot.index, frames: embeddings.frames, tokenLimit: limit)
    scratch.reserve(
      frames: embeddings.frames, recorded: alignmentHeads.count, config: weights.config)
    store(embeddings, slot)
    return slot
  }

  /// Computes and keeps the cross keys and values of a segment.
  private func store(_ embeddings: Embeddings, _ slot: DecoderSlot) {
    let width = embeddings.width
    let projected = scratch.projected.matrix(embeddings.frames, 2 * width)
    MatrixView.reading(embeddings.values, rows: embeddings.frames, columns: width) { e in
      for (index, layer) in weights.layers.enumerated() {
        var memory = cache.audio(slot: slot.index, layer: index, frames: embeddings.frames)
        layer.crossAttention.keysValues(e, into: projected, scratch: scratch.product)
        vk_store_keys(&memory, projected.base, projected.stride, scratch.attention.base)
        vk_store_values(&memory, projected.base + width, projected.stride, scratch.attention.base)
      }
    }
  }

  /// Writes one token of every segment; returns those that are finished.
  package mutating func step(
    trace: ((_ logits: MatrixView) -> Void)? = nil
  ) -> [(id: Int, sequence: TokenSequence)] {
    let live = slots.filter(\.isLive)
    guard !live.isEmpty else { return [] }
    let hidden = weights.config.hidden
    let h = scratch.hidden.matrix(live.count, hidden)
    for (row, slot) in live.enumerated() {
      weights.embedding.copyWeights(of: Int(slot.lastToken), into: h.row(row))
    }
    for index in weights.layers.indices { apply(layer: index, to: h, live) }
    let y = scratch.normed.matrix(live.count, hidden)
    weights.norm(h, into: y)
    let logits = scratch.logits.matrix(live.count, weights.config.vocabulary)
    weights.embedding.multiply(y, into: logits, scratch: scratch.product.base)
    trace?(logits)
    for (row, slot) in live.enumerated() {
      guard let (companion, weight) = slot.companion,
        let other = live.firstIndex(where: { $0 === companion })
      else { continue }
      DecoderCompanion.mix(logits.row(row), logits.row(other), logits.columns, weight: weight)
    }
    return choose(logits, live)
  }

  /// Appends a token to each of `live`, the most likely one unless a term is looked for; returns those
  /// that are finished by it.
  private mutating func choose(
    _ logits: MatrixView, _ live: [DecoderSlot]
  ) -> [(id: Int, sequence: TokenSequence)] {
    var finished: [(id: Int, sequence: TokenSequence)] = []
    let companions = live.compactMap { $0.companion?.slot.index }
    for (row, slot) in live.enumerated() where !companions.contains(slot.index) {
      let count = slot.sequence.tokens.count
      var greedy = TermSearch.Choice(token: 0, probability: 0)
      greedy.token = Int32(vk_most_likely(logits.row(row), logits.columns, &greedy.probability))
      let move =
        slot.search?.choose(count: count, greedy: greedy, logits: logits.row(row))
        ?? TermSearch.Move(keep: count, choice: greedy)
      let companion = slot.companion?.slot
      let isFinished = slot.append(move, rowSize: alignmentHeads.count * slot.sequence.frames)
      if let companion {
        companion.follow(slot, rowSize: alignmentHeads.count * companion.sequence.frames)
      }
      guard !isFinished else {
        cache.close(slot: slot.index)
        if let companion {
          cache.close(slot: companion.index)
          _ = companion.end()
        }
        finished.append((slot.id, slot.end()))
        continue
      }
      // Token `count` was read in this step; what goes is read again.
      for slot in [slot, companion].compactMap(\.self) where slot.position <= count {
        cache.forget(slot: slot.index, tokens: slot.position...count)
      }
    }
    return finished
  }

  /// One layer on `h [rows, hidden]`, in place.
  private mutating func apply(layer index: Int, to h: MatrixView, _ live: [DecoderSlot]) {
    let layer = weights.layers[index]
    let y = scratch.normed.matrix(h.rows, h.columns)
    layer.inputNorm(h, into: y)
    attendToTokens(layer.selfAttention, index, y, into: h, live)
    layer.postAttentionNorm(h, into: y)
    attendToAudio(layer.crossAttention, index, y, into: h, live)
    layer.finalNorm(h, into: y)
    let intermediate = weights.config.intermediate
    let gated = scratch.gated.matrix(h.rows, 2 * intermediate)
    layer.fc1(y, into: gated, scratch: scratch.product)
    let inner = scratch.inner.matrix(h.rows, intermediate)
    for row in 0..<h.rows {
      vk_swiglu(gated.row(row), gated.row(row) + intermediate, inner.row(row), intermediate)
    }
    layer.fc2(inner, ending: .add, into: h, scratch: scratch.product)
  }

  /// `h += self-attention(y) Wo`; appends this token's key and value to each cache.
  private func attendToTokens(
    _ attention: TextDecoderWeights.SelfAttention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ live: [DecoderSlot]
  ) {
    let joined = scratch.joined.matrix(h.rows, 3 * h.columns)
    attention.queriesKeysValues(y, into: joined, scratch: scratch.product)
    for (row, slot) in live.enumerated() {
      let q = joined.row(row)
      let k = q + h.columns
      rotate(q, slot.position)
      rotate(k, slot.position)
      var memory = cache.tokens(slot: slot.index, layer: index, count: slot.position + 1)
      vk_append_token(&memory, k, k + h.columns, scratch.attention.base)
      vk_attend_tokens(&memory, q, scoreScale, y.row(row), scratch.attention.base)
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  /// `h += cross-attention(y) Wo` over each segment's own embeddings.
  private func attendToAudio(
    _ attention: TextDecoderWeights.CrossAttention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ live: [DecoderSlot]
  ) {
    let q = scratch.joined.matrix(h.rows, h.columns)
    attention.q(y, into: q, scratch: scratch.product)
    let recorded = recordedHeads[index]
    for (row, slot) in live.enumerated() {
      let frames = slot.sequence.frames
      var memory = cache.audio(slot: slot.index, layer: index, frames: frames)
      vk_attend_frames(
        &memory, q.row(row), scoreScale, recorded, scratch.probabilities.base, y.row(row),
        scratch.attention.base)
      let weights = scratch.probabilities.matrix(recorded.nonzeroBitCount, frames)
      slot.record(UnsafeBufferPointer(start: weights.base, count: weights.count))
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  private func rotate(_ row: UnsafeMutablePointer<Float>, _ position: Int) {
    weights.positions.rotate(
      row, heads: weights.config.heads, headSize: weights.config.headSize, position: position)
  }

  /// What scores are multiplied with before the softmax.
  private var scoreScale: Float { 1 / Float(weights.config.headSize).squareRoot() }
}
