import CKernels
import NN

extension TextDecoder {
  /// Reads `rows`, of which those of one segment come in the order of their positions: their keys and
  /// values are kept, and where it is `recording` the weights of the alignment heads.
  ///
  /// - Returns: the residual stream `[rows, hidden]` behind the last layer.
  mutating func read(_ rows: [Row], recording: Bool) -> MatrixView {
    let h = scratch.hidden.matrix(rows.count, weights.config.hidden)
    for (index, row) in rows.enumerated() {
      weights.embed(row.token, at: row.position, into: h.row(index))
    }
    for index in weights.layers.indices { apply(layer: index, to: h, rows, recording: recording) }
    return h
  }

  /// One layer on `h [rows, hidden]`, in place.
  private mutating func apply(
    layer index: Int, to h: MatrixView, _ rows: [Row], recording: Bool
  ) {
    let layer = weights.layers[index]
    let y = scratch.normed.matrix(h.rows, h.columns)
    layer.inputNorm(h, into: y)
    attendToTokens(layer.selfAttention, index, y, into: h, rows)
    layer.postAttentionNorm(h, into: y)
    attendToAudio(layer.crossAttention, index, y, into: h, rows, recording: recording)
    layer.finalNorm(h, into: y)
    let intermediate = weights.config.intermediate
    let inner = scratch.inner.matrix(h.rows, intermediate)
    switch weights.config.feedForward {
    case .swiGLU:
      let gated = scratch.gated.matrix(h.rows, 2 * intermediate)
      layer.fc1(y, into: gated, scratch: scratch.product)
      for row in 0..<h.rows {
        vk_swiglu(gated.row(row), gated.row(row) + intermediate, inner.row(row), intermediate)
      }
    case .gelu:
      layer.fc1(y, ending: .gelu, into: inner, scratch: scratch.product)
    }
    layer.fc2(inner, ending: .add, into: h, scratch: scratch.product)
  }

  /// `h += self-attention(y) Wo`; appends each token's key and value to its segment's cache.
  private func attendToTokens(
    _ attention: TextDecoderWeights.SelfAttention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ rows: [Row]
  ) {
    let joined = scratch.joined.matrix(h.rows, 3 * h.columns)
    attention.queriesKeysValues(y, into: joined, scratch: scratch.product)
    for (number, row) in rows.enumerated() {
      let q = joined.row(number)
      let k = q + h.columns
      rotate(q, row.position)
      rotate(k, row.position)
      var memory = cache.tokens(slot: row.slot.index, layer: index, count: row.position + 1)
      vk_append_token(&memory, k, k + h.columns, scratch.attention.base)
      vk_attend_tokens(&memory, q, scoreScale, y.row(number), scratch.attention.base)
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  /// `h += cross-attention(y) Wo` over each segment's own embeddings.
  private func attendToAudio(
    _ attention: TextDecoderWeights.CrossAttention, _ index: Int, _ y: MatrixView,
    into h: MatrixView, _ rows: [Row], recording: Bool
  ) {
    let q = scratch.joined.matrix(h.rows, h.columns)
    attention.q(y, into: q, scratch: scratch.product)
    for (number, row) in rows.enumerated() {
      let recorded = recording ? recordedHeads[index] : 0
      let frames = row.slot.sequence.frames
      var memory = cache.audio(slot: row.slot.audioSlot, layer: index, frames: frames)
      vk_attend_frames(
        &memory, q.row(number), scoreScale, recorded, scratch.probabilities.base, y.row(number),
        scratch.attention.base)
      let weights = scratch.probabilities.matrix(recorded.nonzeroBitCount, frames)
      row.slot.record(UnsafeBufferPointer(start: weights.base, count: weights.count))
    }
    attention.o(y, ending: .add, into: h, scratch: scratch.product)
  }

  private func rotate(_ row: UnsafeMutablePointer<Float>, _ position: Int) {
    guard case .rotary(let positions) = weights.positions else { return }
    positions.rotate(
      row, heads: weights.config.heads, headSize: weights.config.headSize, position: position)
  }

  /// What scores are multiplied with before the softmax.
  private var scoreScale: Float { 1 / Float(weights.config.headSize).squareRoot() }
}
