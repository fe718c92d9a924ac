import CKernels
import NN

/// Whether lips may have a say in a segment at all.
struct FusionSwitch: Sendable {
  /// Noisiness below which audio is left alone.
  let noisiness: Float
  /// The agreement asked for is `base + slope * noisiness`, of long segments less.
  private let agreement: (base: Float, slope: Float)
  /// Lip frames of the clips for which agreement was learnt.
  private static let usual: Float = 75

  /// Loads the thresholds at `scope`; every tensor below it is used.
  init(_ scope: WeightScope) throws(WeightError) {
    noisiness = try scope.f32("noisiness", shape: [1]).elements[0]
    let line = try scope.f32("agreement", shape: [2]).elements
    agreement = (line[0], line[1])
    try scope.finish()
  }

  /// The first reason not to fuse, or `fused`.
  func decide(
    noisiness: Float, lips: LipSequence, agreement: Float
  ) -> CrossModalFusion.Decision {
    let present = lips.presentFrames.count
    if present == 0 || 2 * present < lips.frames { return .noLips }
    if !lips.isKnownFace { return .unknownFace }
    guard noisiness >= self.noisiness else { return .cleanAudio }
    let least = self.agreement.base + self.agreement.slope * noisiness
    let asked = min(least, least * Self.share(frames: present))
    return agreement >= asked ? .fused : .noAgreement
  }

  /// How much of the agreement is asked of a segment with so many lip frames. The mean over many frames
  /// scatters less, and sound and lips that pause together no longer make up a good part of it.
  static func share(frames: Int) -> Float {
    (1 + (usual / max(Float(frames), usual)).squareRoot()) / 2
  }
}

/// How much of what the lips say is added to each frame of audio, 0 to 1.
struct FusionGate: Sendable {
  /// Farthest lip frame with which a gate opens, in seconds.
  static let nearness: Float = 0.1
  /// Gates below this are shut.
  static let least: Float = 0.02
  static let inner = 96

  let fc1: Linear
  let fc2: Linear
  private let width: Int

  /// Loads `gate_fc1` and `gate_fc2` at `scope` for embeddings of `width` values.
  init(_ scope: WeightScope, width: Int) throws(WeightError) {
    self.width = width
    fc1 = try Linear(
      scope["gate_fc1"], inputs: Self.inputs(width), outputs: Self.inner, hasBias: true)
    fc2 = try Linear(scope["gate_fc2"], inputs: Self.inner, outputs: 1, hasBias: true)
  }

  /// Stream and attended lips, the lips' quality, agreement and noisiness.
  static func inputs(_ width: Int) -> Int { 2 * width + LipSequence.qualities + 2 }

  /// What the gate is told besides the two sequences.
  struct Circumstances {
    let lips: LipSequence
    let agreement: Float
    let noisiness: Float
  }

  /// Gates [T] of the stream `h [T, width]` at `times` and the attended lips `seen [T, width]`; `input`
  /// is [T, inputs] and `inner` [T, 96], both for its own use.
  func callAsFunction(
    _ h: MatrixView, _ seen: MatrixView, at times: [Float], _ circumstances: Circumstances,
    input: MatrixView, inner: MatrixView, scratch: borrowing FloatBuffer
  ) -> [Float] {
    let lips = circumstances.lips
    let nearest = Self.nearest(to: times, in: lips.times)
    for row in 0..<h.rows {
      let place = input.row(row)
      place.update(from: h.row(row), count: width)
      (place + width).update(from: seen.row(row), count: width)
      let quality = nearest[row] * LipSequence.qualities
      for index in 0..<LipSequence.qualities {
        place[2 * width + index] = lips.quality[quality + index]
      }
      place[input.columns - 2] = circumstances.agreement
      place[input.columns - 1] = circumstances.noisiness
    }
    fc1(input, ending: .gelu, into: inner, scratch: scratch)
    let logits = MatrixView(base: input.base, rows: h.rows, columns: 1, stride: 1)
    fc2(inner, into: logits, scratch: scratch)
    vk_sigmoid(logits.base, logits.rows)
    let present = lips.presentFrames.map { lips.times[$0] }
    return zip(zip(times, Self.nearest(to: times, in: present)), logits.copied()).map {
      let ((time, frame), gate) = $0
      return gate >= Self.least && abs(time - present[frame]) <= Self.nearness ? gate : 0
    }
  }

  /// For each of `times` the index of the nearest of `others`, the first of equals; both ascend and
  /// `others` is not empty.
  static func nearest(to times: [Float], in others: [Float]) -> [Int] {
    var index = 0
    return times.map { time in
      while index + 1 < others.count && abs(others[index + 1] - time) < abs(others[index] - time) {
        index += 1
      }
      return index
    }
  }
}
