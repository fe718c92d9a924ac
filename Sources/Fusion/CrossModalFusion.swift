import NN

/// Adds to the audio embeddings of a segment what the lips say of it: `y = a + g D(a, lips)`, D by
/// cross-attention from audio to lips and g a gate for each frame (`docs/lab/MODEL.md`).
///
/// Where the gate is shut the embedding is that of the audio, bit for bit.
package struct CrossModalFusion: ~Copyable {
  /// What was decided for a segment.
  package enum Decision: Sendable, Hashable {
    case fused
    /// No lips are seen, or for less than half of the segment.
    case noLips
    /// The face is not like those the network learned from.
    case unknownFace
    /// The audio needs no help.
    case cleanAudio
    /// The lips do not move as the audio sounds.
    case noAgreement
  }

  /// A segment after the fusion.
  package struct Result: Sendable {
    package let embeddings: Embeddings
    /// How far each frame was open to the lips [T], 0 to 1; all 0 when not `fused`.
    package let gate: [Float]
    package let decision: Decision
  }

  private let weights: CrossModalFusionWeights
  private var scratch: CrossModalFusionScratch

  /// Makes a fusion with memory of its own.
  package init(weights: CrossModalFusionWeights) {
    self.weights = weights
    scratch = CrossModalFusionScratch(weights: weights)
  }

  /// Fuses the audio of a segment, as it comes from the adapter with its `noisiness`, with its lips,
  /// whose `agreement` with it is known.
  package mutating func fuse(
    _ audio: Embeddings, noisiness: Float, lips: LipSequence, agreement: Float
  ) -> Result {
    precondition(audio.width == weights.width)
    let shut = [Float](repeating: 0, count: audio.frames)
    let decision = weights.segmentSwitch.decide(
      noisiness: noisiness, lips: lips, agreement: agreement)
    guard decision == .fused, audio.frames > 0 else {
      return Result(embeddings: audio, gate: shut, decision: decision)
    }
    let circumstances = FusionGate.Circumstances(
      lips: lips, agreement: agreement, noisiness: noisiness)
    let (addition, gate) = additions(audio, circumstances)
    var values = audio.values
    for (row, gate) in gate.enumerated() where gate > 0 {
      let change = addition.row(row)
      for column in 0..<audio.width {
        values[row * audio.width + column] += gate * change[column]
      }
    }
    return Result(
      embeddings: audio.with(values), gate: gate, decision: .fused)
  }

  /// What the lips would add to each frame, D [T, width], and the gates [T].
  mutating func additions(
    _ audio: Embeddings, _ circumstances: FusionGate.Circumstances
  ) -> (MatrixView, gate: [Float]) {
    let lips = circumstances.lips
    let present = lips.presentFrames
    scratch.reserve(frames: audio.frames, lips: present.count)
    let h = scratch.hidden.matrix(audio.frames, audio.width)
    MatrixView.reading(audio.values, rows: audio.frames, columns: audio.width) {
      weights.inputNorm($0, into: h)
    }
    let e = scratch.lips.matrix(present.count, LipSequence.width)
    MatrixView.reading(lips.values(of: present), rows: present.count, columns: e.columns) {
      weights.lipNorm($0, into: e)
    }
    let keyTimes = present.map { lips.times[$0] }
    let times = audio.clock.times(frames: audio.frames)
    for round in weights.rounds {
      attend(round, from: h, at: times, to: e, keyTimes: keyTimes)
    }
    let y = scratch.normed.matrix(h.rows, h.columns)
    weights.outputNorm(h, into: y)
    let gate = weights.gate(
      y, scratch.seen.matrix(h.rows, h.columns), at: times, circumstances,
      input: scratch.wide.matrix(h.rows, FusionGate.inputs(h.columns)),
      inner: scratch.hidden.matrix(h.rows, FusionGate.inner), scratch: scratch.product)
    weights.output(y, into: h, scratch: scratch.product)
    return (h, gate)
  }

  /// One round on the stream `h [T, width]`, in place; what was attended to stays in `seen`.
  private mutating func attend(
    _ round: CrossModalFusionWeights.Round, from h: MatrixView, at times: [Float],
    to e: MatrixView, keyTimes: [Float]
  ) {
    let width = h.columns
    let y = scratch.normed.matrix(h.rows, width)
    let seen = scratch.seen.matrix(h.rows, width)
    let queries = scratch.wide.matrix(h.rows, width)
    let joined = scratch.keysValues.matrix(e.rows, 2 * width)
    round.queryNorm(h, into: y)
    round.queries(y, into: queries, scratch: scratch.product)
    round.keysValues(e, into: joined, scratch: scratch.product)
    scratch.attention(
      TimedAttention.Operands(
        queries: queries, times: times,
        keys: joined.columns(0..<width), values: joined.columns(width..<2 * width),
        keyTimes: keyTimes),
      slopes: round.slopes, shifts: round.shifts, into: y)
    round.o(y, into: seen, scratch: scratch.product)
    for index in 0..<h.count { h.base[index] += seen.base[index] }
    round.feedForward(
      h, normed: y, inner: scratch.wide.matrix(h.rows, weights.inner),
      scratch: scratch.product)
  }
}

/// Memory of one fusion, kept from segment to segment and grown for a longer one.
struct CrossModalFusionScratch: ~Copyable {
  /// The stream [T, width]; in the end the gate's inner layer, then what is added.
  var hidden = FloatBuffer(count: 0)
  /// Its normalised copy [T, width], also the joined heads.
  var normed = FloatBuffer(count: 0)
  /// What was attended to [T, width].
  var seen = FloatBuffer(count: 0)
  /// Queries, the inside of the feed-forward block, or what the gate is told.
  var wide = FloatBuffer(count: 0)
  /// Normalised lip embeddings [S, 192].
  var lips = FloatBuffer(count: 0)
  /// [S, 2 * width]
  var keysValues = FloatBuffer(count: 0)
  let product: FloatBuffer
  var attention: TimedAttention
  private let width: Int
  private let inner: Int

  init(weights: CrossModalFusionWeights) {
    let heads = CrossModalFusionWeights.heads
    (width, inner) = (weights.width, weights.inner)
    product = FloatBuffer(count: weights.scratchCount)
    attention = TimedAttention(heads: heads, headSize: width / heads)
  }

  mutating func reserve(frames: Int, lips count: Int) {
    hidden.reserve(frames * width)
    normed.reserve(frames * width)
    seen.reserve(frames * width)
    wide.reserve(frames * max(inner, FusionGate.inputs(width)))
    lips.reserve(count * LipSequence.width)
    keysValues.reserve(count * 2 * width)
  }
}
