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
  private let frameLimit: Int
  private var slots: [DecoderSlot]
  private var scratch: TextDecoderScratch

  /// A decoder for up to `slots` segments of together `frameLimit` frames at once.
  ///
  /// It records the attention of `alignmentHeads`, which are in the order of layer and head.
  package init(
    weights: TextDecoderWeights, slots: Int, frameLimit: Int = .max,
    alignmentHeads: [AlignmentHead]
  ) {
    precondition(slots > 0)
    self.frameLimit = frameLimit
    precondition(
      zip(alignmentHeads, alignmentHeads.dropFirst()).allSatisfy {
        ($0.layer, $0.head) < ($1.layer, $1.head)
      })
    self.weights = weights
    self.alignmentHeads = alignmentHeads
    self.slots = (0..<slots).map { _ in DecoderSlot(config: weights.config) }
    scratch = TextDecoderScratch(weights: weights, rows: slots)
  }

  /// True when a segment of `frames` can enter: there is a free slot, and the frames of all
  /// segments together, whose cross keys and values are held, stay within the limit. One segment
  /// can always enter an idle decoder.
  package func hasRoom(frames: Int) -> Bool {
    let live = slots.filter(\.isLive)
    let held = live.reduce(0) { $0 + $1.sequence.frames }
    return live.isEmpty || (live.count < slots.count && held + frames <= frameLimit)
  }

  /// True when no segment is being decoded.
  package var isIdle: Bool { !slots.contains { $0.isLive } }

  /// Takes in a segment; its cross keys and values are computed here, once.
  ///
  /// - Parameters:
  ///   - embeddings: what the decoder listens to, `[T, hidden]`, T at least 1.
  ///   - tokenLimit: most tokens to write, the end token included; at least 1.
  ///   - id: handed back with the result.
  package mutating func admit(_ embeddings: Embeddings, tokenLimit: Int, id: Int) {
    precondition(embeddings.frames > 0 && embeddings.width == weights.config.hidden)
    precondition(tokenLimit > 0)
    guard let slot = slots.first(where: { !$0.isLive }) else {
      preconditionFailure("admit without room")
    }
    slot.begin(
      id: id, frames: embeddings.frames,
      tokenLimit: min(tokenLimit, weights.config.maximumTokens - 1))
    scratch.projected.reserve(embeddings.values.count)
    scratch.probabilities.reserve(embeddings.frames)
    let projected = scratch.projected.matrix(embeddings.frames, embeddings.width)
    MatrixView.reading(embeddings.values, rows: embeddings.frames, columns: embeddings.width) { e in
      for (index, layer) in weights.layers.enumerated() {
        layer.crossAttention.k(e, into: projected, scratch: scratch.product)
        slot.setCrossKeys(layer: index, projected)
        layer.crossAttention.v(e, into: projected, scratch: scratch.product)
        slot.setCrossValues(layer: index, projected)
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
    var finished: [(id: Int, sequence: TokenSequence)] = []
    for (row, slot) in live.enumerated() {
      var probability: Float = 0
      let token = vk_most_likely(logits.row(row), logits.columns, &probability)
      let rowSize = alignmentHeads.count * slot.sequence.frames
      if slot.append(Int32(token), probability: probability, rowSize: rowSize) {
        finished.append((slot.id, slot.end()))
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
    _ attention: TextDecoderWeights.Attention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ live: [DecoderSlot]
  ) {
    let config = weights.config
    let q = scratch.query.matrix(h.rows, h.columns)
    let k = scratch.key.matrix(h.rows, h.columns)
    let v = scratch.value.matrix(h.rows, h.columns)
    attention.q(y, into: q, scratch: scratch.product)
    attention.k(y, into: k, scratch: scratch.product)
    attention.v(y, into: v, scratch: scratch.product)
    for (row, slot) in live.enumerated() {
      for matrix in [q, k] {
        weights.positions.rotate(
          matrix.row(row), heads: config.heads, headSize: config.headSize,
          position: slot.position)
      }
      slot.appendToCache(layer: index, key: k.row(row), value: v.row(row))
      attendToTokens(q.row(row), slot, layer: index, into: y.row(row))
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  /// `h += cross-attention(y) Wo` over each segment's own embeddings.
  private func attendToAudio(
    _ attention: TextDecoderWeights.Attention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ live: [DecoderSlot]
  ) {
    let q = scratch.query.matrix(h.rows, h.columns)
    attention.q(y, into: q, scratch: scratch.product)
    let recorded = alignmentHeads.filter { $0.layer == index }
    for (row, slot) in live.enumerated() {
      attendToAudio(q.row(row), slot, layer: index, into: y.row(row)) { head, weights in
        guard recorded.contains(where: { $0.head == head }) else { return }
        slot.record(UnsafeBufferPointer(start: weights, count: slot.sequence.frames))
      }
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  /// All heads of one query over the tokens of `slot` so far.
  private func attendToTokens(
    _ q: UnsafePointer<Float>, _ slot: DecoderSlot, layer: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let keys = slot.keys(layer: layer)
    let values = slot.values(layer: layer)
    forEachHead { head, offset, size, scale in
      vk_attend(
        q + offset, keys.row(offset), keys.stride, values.base + offset, values.stride,
        values.rows, size, scale, scratch.probabilities.base, out + offset)
    }
  }

  /// All heads of one query over the audio of `slot`.
  private func attendToAudio(
    _ q: UnsafePointer<Float>, _ slot: DecoderSlot, layer: Int,
    into out: UnsafeMutablePointer<Float>,
    observe: (_ head: Int, _ weights: UnsafePointer<Float>) -> Void
  ) {
    let keys = slot.crossKeys(layer: layer)
    let values = slot.crossValues(layer: layer)
    let frames = slot.sequence.frames
    forEachHead { head, offset, size, scale in
      vk_attend_half(
        q + offset, keys + offset * frames, frames, values + offset, weights.config.hidden, frames,
        size, scale, scratch.probabilities.base, out + offset)
      observe(head, scratch.probabilities.base)
    }
  }

  private func forEachHead(_ body: (_ head: Int, _ offset: Int, _ size: Int, Float) -> Void) {
    let size = weights.config.headSize
    let scale = 1 / Float(size).squareRoot()
    for head in 0..<weights.config.heads { body(head, head * size, size, scale) }
  }
}
