import NN

/// Early and late fusion, small, which cross-modal attention is measured against (`docs/lab/MODEL.md`).
package struct FusionBaselinesWeights: Sendable {
  static let earlyInner = 576
  static let lateInner = 384
  /// Width of an audio embedding.
  package let width: Int

  /// Lips and audio side by side.
  struct Early: Sendable {
    let audioNorm: LayerNorm
    let lipNorm: LayerNorm
    let fc1: Linear
    let fc2: Linear
  }

  /// Lips as the decoder could hear them.
  struct Late: Sendable {
    let lipNorm: LayerNorm
    let fc1: Linear
    let fc2: Linear
    /// The lips' part in the words' probabilities, for a segment of noisiness 1.
    let share: Float
  }

  let early: Early
  let late: Late

  /// Loads `early` and `late` of the model at `root`, every tensor below them; nil where it has neither.
  package init?(_ root: WeightScope) throws(WeightError) {
    guard root["early.fc1"].entry("weight") != nil else { return nil }
    let first = root["early"]
    let (width, lips) = (try first["audio_norm"].length(of: "weight"), LipSequence.width)
    self.width = width
    early = Early(
      audioNorm: try LayerNorm(first["audio_norm"], size: width),
      lipNorm: try LayerNorm(first["lip_norm"], size: lips),
      fc1: try Linear(
        first["fc1"], inputs: width + lips, outputs: Self.earlyInner, hasBias: true),
      fc2: try Linear(first["fc2"], inputs: Self.earlyInner, outputs: width, hasBias: true))
    let second = root["late"]
    late = Late(
      lipNorm: try LayerNorm(second["lip_norm"], size: lips),
      fc1: try Linear(second["fc1"], inputs: lips, outputs: Self.lateInner, hasBias: true),
      fc2: try Linear(second["fc2"], inputs: Self.lateInner, outputs: width, hasBias: true),
      share: try second.f32("share", shape: [1]).elements[0])
    try first.finish()
    try second.finish()
  }

  var scratchCount: Int {
    [early.fc1, early.fc2, late.fc1, late.fc2].map(\.weights.scratchCount).max() ?? 0
  }
}

/// Early and late fusion with memory of their own. They are for evaluation: clear, not fast.
package struct FusionBaselines: ~Copyable {
  private let weights: FusionBaselinesWeights
  private let product: FloatBuffer
  private var input = FloatBuffer(count: 0)
  private var inner = FloatBuffer(count: 0)
  private var output = FloatBuffer(count: 0)

  package init(weights: FusionBaselinesWeights) {
    self.weights = weights
    product = FloatBuffer(count: weights.scratchCount)
  }

  /// How much the lips count in the words' probabilities of a segment, 0...1.
  package func lipShare(noisiness: Float) -> Float {
    min(max(weights.late.share * noisiness, 0), 1)
  }

  /// Early fusion: `y = a + fc2(gelu(fc1([norm a | norm l])))` [T, width], l the nearest lip embedding;
  /// `a` where none is within 0.1 s.
  package mutating func early(_ audio: Embeddings, lips: LipSequence) -> Embeddings {
    let (width, frames) = (audio.width, audio.frames)
    let nearest = Self.nearest(lips, to: audio.clock.times(frames: frames))
    guard frames > 0, nearest.contains(where: { $0 != nil }) else { return audio }
    let joined = reserve(
      frames, inputs: width + LipSequence.width, inner: FusionBaselinesWeights.earlyInner)
    MatrixView.reading(audio.values, rows: frames, columns: width) {
      weights.early.audioNorm($0, into: joined.columns(0..<width))
    }
    let seen = joined.columns(width..<joined.columns)
    gather(lips, nearest, into: seen)
    weights.early.lipNorm(seen, into: seen)
    let change = perceptron(joined, weights.early.fc1, weights.early.fc2, width: width)
    var values = audio.values
    for (row, place) in nearest.enumerated() where place != nil {
      for column in 0..<width { values[row * width + column] += change.row(row)[column] }
    }
    return audio.with(values)
  }

  /// Late fusion's half: what the decoder would hear in place of `audio` if it had the lips alone,
  /// [T, width].
  package mutating func foretold(_ lips: LipSequence, like audio: Embeddings) -> Embeddings {
    let (width, frames) = (weights.width, audio.frames)
    let seen = reserve(frames, inputs: LipSequence.width, inner: FusionBaselinesWeights.lateInner)
    gather(lips, Self.nearest(lips, to: audio.clock.times(frames: frames)), into: seen)
    weights.late.lipNorm(seen, into: seen)
    let made = perceptron(seen, weights.late.fc1, weights.late.fc2, width: width)
    return audio.with(made.copied())
  }

  /// `fc2(gelu(fc1(x)))` [rows, width].
  private func perceptron(_ x: MatrixView, _ fc1: Linear, _ fc2: Linear, width: Int) -> MatrixView {
    let hidden = inner.matrix(x.rows, fc1.weights.outputs)
    let made = output.matrix(x.rows, width)
    fc1(x, ending: .gelu, into: hidden, scratch: product)
    fc2(hidden, into: made, scratch: product)
    return made
  }

  private mutating func reserve(_ frames: Int, inputs: Int, inner count: Int) -> MatrixView {
    input.reserve(frames * inputs)
    inner.reserve(frames * count)
    output.reserve(frames * weights.width)
    return input.matrix(frames, inputs)
  }

  /// For each of `times` the nearest frame that shows lips, if one is within 0.1 s.
  private static func nearest(_ lips: LipSequence, to times: [Float]) -> [Int?] {
    let present = lips.presentFrames
    guard !present.isEmpty else { return Array(repeating: nil, count: times.count) }
    let places = FusionGate.nearest(to: times, in: present.map { lips.times[$0] })
    return zip(times, places).map { time, place in
      abs(time - lips.times[present[place]]) <= FusionGate.nearness ? present[place] : nil
    }
  }

  /// Lip embeddings of the frames into the rows of `matrix` [T, 192], zeros for nil.
  private func gather(_ lips: LipSequence, _ places: [Int?], into matrix: MatrixView) {
    for (row, place) in places.enumerated() {
      for column in 0..<LipSequence.width {
        matrix.row(row)[column] = place.map { lips.values[$0 * LipSequence.width + column] } ?? 0
      }
    }
  }
}
