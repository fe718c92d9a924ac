import CKernels
import Foundation
import NN

/// The text decoder of an encoder-decoder speech model (Vaswani et al. 2017; Radford et al. 2022;
/// Jeffries et al. 2024), greedy, over many segments at once. `TextDecoderConfig` has its shape.
///
///     token [1] -> embedding [hidden] (+ the position's)
///       -> layers x (h += self-attention(norm h) over the tokens so far, rotary positions;
///                    h += cross-attention(norm h) over the segment's embeddings [T, hidden];
///                    h += feed-forward(norm h))
///       -> norm -> h Eᵀ, logits [vocabulary] -> largest that may be written
///
/// Segments enter when there is room (`admit`) and leave when they are finished (`step`), so the
/// products always have as many rows as possible and a weight is read once for all of them.
/// A segment's tokens do not depend on its neighbours: every row is computed on its own.
package struct TextDecoder: ~Copyable {
  /// What is read in one go: a token of each segment, or several of one segment's prompt.
  struct Row {
    let slot: DecoderSlot
    let token: Int32
    let position: Int
  }

  let weights: TextDecoderWeights
  private let alignmentHeads: [AlignmentHead]
  /// For each layer, the alignment heads in it, a bit each.
  let recordedHeads: [UInt32]
  private let frameLimit: Int
  private let slots: [DecoderSlot]
  var cache: KeyValueCache
  var scratch: TextDecoderScratch

  /// A decoder for up to `slots` segments of together `frameLimit` frames at once (2048 for each slot
  /// where it is nil); a frame takes `config.bytesPerFrame` bytes.
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
    self.slots = (0..<slots).map { DecoderSlot(index: $0, endToken: weights.config.endToken) }
    cache = KeyValueCache(config: weights.config, slots: slots, frames: self.frameLimit)
    scratch = TextDecoderScratch(weights: weights, slots: slots)
  }

  /// True when a segment of `frames`, or of twice as many if it is listened to in two ways, can enter, to be
  /// written in so many `beams`:
  /// there are free slots, and the frames of all segments together, whose cross keys and values are
  /// held, stay within the limit and find a place in the cache. One segment can always enter an idle
  /// decoder.
  package func hasRoom(frames: Int, ways: Int = 1, beams: Int = 1) -> Bool {
    let live = slots.filter(\.isLive)
    let held = live.reduce(0) { $0 + ($1.audioSlot == $1.index ? $1.sequence.frames : 0) }
    return live.isEmpty
      || (live.count + ways + beams - 1 <= slots.count && held + ways * frames <= frameLimit
        && cache.hasRoom(frames: ways * frames))
  }

  /// Rows of logits at once.
  var logitRows: Int { slots.count }

  /// True when no segment is being decoded.
  package var isIdle: Bool { !slots.contains { $0.isLive } }

  /// Takes in a segment; its cross keys and values are computed here, once, and all tokens of the prompt
  /// but the last are read.
  ///
  /// - Parameters:
  ///   - embeddings: what the decoder listens to, `[T, hidden]`, T at least 1.
  ///   - other: the segment as somebody else hears it, and that one's weight w, 0...1: words are then
  ///     chosen by `(1 - w) log p + w log p'` (late fusion).
  ///   - prompt: what the sequence begins with, at least one token and fewer than it may have.
  ///   - tokenLimit: most tokens to write, the end token included; at least 1.
  ///   - terms: what may be said, to be written where it is nearly the most likely text.
  ///   - id: handed back with the result.
  package mutating func admit(
    _ embeddings: Embeddings, beside other: (embeddings: Embeddings, weight: Float)? = nil,
    prompt: [Int32], tokenLimit: Int, terms: TermTree? = nil, id: Int
  ) {
    let slot = enter(embeddings, prompt: prompt, tokenLimit: tokenLimit, id: id)
    slot.search = terms.map { TermSearch($0) }
    guard let other else { return }
    let companion = enter(other.embeddings, prompt: prompt, tokenLimit: tokenLimit, id: id)
    slot.companion = (companion, other.weight)
  }

  /// Takes in a segment as `admit` does, to be written by beam search in at most so many `beams`, fewer where
  /// there are fewer slots.
  package mutating func admit(
    _ embeddings: Embeddings, prompt: [Int32], tokenLimit: Int, beams: Int, id: Int
  ) {
    let slot = enter(
      embeddings, prompt: prompt, tokenLimit: tokenLimit, isBeginning: true, id: id)
    let limit = min(tokenLimit, weights.config.maximumTokens - prompt.count)
    let others = slots.filter { !$0.isLive }.prefix(beams - 1)
    for other in others {
      other.begin(id: id, frames: embeddings.frames, prompt: prompt, tokenLimit: limit, rowSize: 0)
      other.audioSlot = slot.index
      cache.open(slot: other.index, tokenLimit: prompt.count - 1 + limit)
    }
    let all = [slot] + others
    let beam = BeamSearch(slots: all, endToken: weights.config.endToken, tokenLimit: limit)
    for slot in all { slot.beam = beam }
  }

  mutating func enter(
    _ embeddings: Embeddings, prompt: [Int32], tokenLimit: Int, isBeginning: Bool = false, id: Int
  ) -> DecoderSlot {
    let config = weights.config
    precondition(embeddings.frames > 0 && embeddings.width == config.hidden)
    precondition(tokenLimit > 0 && (1..<config.maximumTokens).contains(prompt.count))
    guard let slot = slots.first(where: { !$0.isLive }) else {
      preconditionFailure("admit without room")
    }
    let limit = min(tokenLimit, config.maximumTokens - prompt.count)
    slot.begin(
      id: id, frames: embeddings.frames, prompt: prompt, tokenLimit: limit,
      rowSize: isBeginning ? 0 : alignmentHeads.count * embeddings.frames)
    cache.open(
      slot: slot.index, frames: embeddings.frames, tokenLimit: prompt.count - 1 + limit)
    scratch.reserve(frames: embeddings.frames, recorded: alignmentHeads.count, config: config)
    store(embeddings, slot)
    let before = prompt.dropLast().enumerated().map { position, token in
      Row(slot: slot, token: token, position: position)
    }
    for start in stride(from: 0, to: before.count, by: scratch.rows) {
      _ = read(Array(before[start..<min(start + scratch.rows, before.count)]), recording: false)
    }
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

  /// How likely each of `tokens` is behind `prompt` in their own softmax, as for the language of speech
  /// (Radford et al. 2022). There must be room for the segment.
  package mutating func probabilities(
    of tokens: [Int32], behind prompt: [Int32], _ embeddings: Embeddings
  ) -> [Float] {
    let slot = enter(embeddings, prompt: prompt, tokenLimit: 1, id: 0)
    defer {
      cache.close(slot: slot.index)
      _ = slot.end()
    }
    let h = read(
      [Row(slot: slot, token: slot.lastToken, position: slot.position)], recording: false)
    let logits = logits(of: h)
    let scores = tokens.map { logits.base[Int($0)] }
    let highest = scores.max() ?? 0
    let powers = scores.map { exp($0 - highest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Writes one token of every segment; returns those that are finished.
  ///
  /// `trace` sees the logits, a row for each segment, before any token is left out.
  package mutating func step(
    trace: ((_ logits: MatrixView) -> Void)? = nil
  ) -> [(id: Int, sequence: TokenSequence)] {
    let live = slots.filter(\.isReading)
    guard !live.isEmpty else { return [] }
    let h = read(
      live.map { Row(slot: $0, token: $0.lastToken, position: $0.position) }, recording: true)
    let logits = logits(of: h)
    trace?(logits)
    for (row, slot) in live.enumerated() {
      guard let (companion, weight) = slot.companion,
        let other = live.firstIndex(where: { $0 === companion })
      else { continue }
      DecoderCompanion.mix(logits.row(row), logits.row(other), logits.columns, weight: weight)
    }
    let finished = choose(logits, live)
    return finished + search(logits, live)
  }

  /// Appends a token to each of `live`, the most likely one unless a term is looked for; returns those
  /// that are finished by it.
  private mutating func choose(
    _ logits: MatrixView, _ live: [DecoderSlot]
  ) -> [(id: Int, sequence: TokenSequence)] {
    var finished: [(id: Int, sequence: TokenSequence)] = []
    let companions = live.compactMap { $0.companion?.slot.index }
    for (row, slot) in live.enumerated()
    where slot.beam == nil && !companions.contains(slot.index) {
      let count = slot.sequence.tokens.count
      let position = slot.position
      suppress(logits.row(row), isFirst: count == 0)
      var greedy = TermSearch.Choice(token: 0, probability: 0)
      greedy.token = Int32(vk_most_likely(logits.row(row), logits.columns, &greedy.probability))
      if !logits.row(row)[Int(greedy.token)].isFinite { slot.computedNoNumber() }
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
      // What was read at `position` in this step, and what goes with it, is read again.
      for slot in [slot, companion].compactMap(\.self) where slot.position <= position {
        cache.forget(slot: slot.index, tokens: slot.position...position)
      }
    }
    return finished
  }

  /// Goes on with the beam searches among `live`; returns those that are finished by it.
  private mutating func search(
    _ logits: MatrixView, _ live: [DecoderSlot]
  ) -> [(id: Int, sequence: TokenSequence)] {
    var searches: [BeamSearch] = []
    for beam in live.compactMap(\.beam) where !searches.contains(where: { $0 === beam }) {
      searches.append(beam)
    }
    for beam in searches {
      for (row, slot) in live.enumerated() where slot.beam === beam {
        suppress(logits.row(row), isFirst: slot.sequence.tokens.isEmpty)
      }
      let moves = beam.advance(logits.columns) { slot in
        live.firstIndex { $0 === slot }.map { logits.row($0) }
      }
      for (from, to) in moves { cache.copyTokens(from: from.index, to: to.index) }
    }
    return searches.compactMap { beam in
      guard let best = beam.best else { return nil }
      return finish(beam, best)
    }
  }

  /// Frees the slots of a search.
  private mutating func finish(
    _ beam: BeamSearch, _ best: BeamSearch.Ended
  ) -> (id: Int, sequence: TokenSequence) {
    let slot = beam.slots[0]
    var sequence = best.sequence(frames: slot.sequence.frames)
    sequence.isOfNoUse = slot.sequence.isOfNoUse
    cache.close(slot: slot.index)
    for slot in beam.slots { _ = slot.end() }
    return (slot.id, sequence)
  }

  /// Logits `[rows, vocabulary]` of what was read.
  func logits(of h: MatrixView) -> MatrixView {
    let y = scratch.normed.matrix(h.rows, h.columns)
    weights.norm(h, into: y)
    let logits = scratch.logits.matrix(h.rows, weights.config.vocabulary)
    weights.embedding.multiply(y, into: logits, scratch: scratch.product.base)
    return logits
  }

  /// Makes tokens that may not be written unlikely beyond measure (finite, as the kernels ask).
  private func suppress(_ logits: UnsafeMutablePointer<Float>, isFirst: Bool) {
    for token in weights.config.suppressed { logits[Int(token)] = -1e30 }
    guard isFirst else { return }
    for token in weights.config.suppressedFirst { logits[Int(token)] = -1e30 }
  }
}
