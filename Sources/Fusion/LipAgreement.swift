import NN

/// The parameters of `LipAgreement`, loaded once and shared by all threads.
package struct LipAgreementWeights: Sendable {
  /// Makes unit vectors of embeddings of one kind.
  struct Projection: Sendable {
    static let inner = 128
    static let width = 64
    let norm: LayerNorm
    let fc1: Linear
    let fc2: Linear

    init(_ scope: WeightScope, _ name: String, inputs: Int) throws(WeightError) {
      norm = try LayerNorm(scope["\(name)_norm"], size: inputs)
      fc1 = try Linear(
        scope["\(name)_fc1"], inputs: inputs, outputs: Self.inner, hasBias: true)
      fc2 = try Linear(
        scope["\(name)_fc2"], inputs: Self.inner, outputs: Self.width, hasBias: true)
    }
  }

  /// Width of an audio embedding.
  package let width: Int
  let lips: Projection
  let audio: Projection

  /// Loads `agreement` of the model at `root`; every tensor below it is used.
  package init(_ root: WeightScope) throws(WeightError) {
    let scope = root["agreement"]
    lips = try Projection(scope, "lip", inputs: LipSequence.width)
    width = try scope["audio_norm"].length(of: "weight")
    audio = try Projection(scope, "audio", inputs: width)
    try scope.finish()
  }
}

/// Says whether lips move as the audio sounds, and at which offset in time: lips and audio become
/// unit vectors, which are compared at equal and at shifted times (`docs/lab/MODEL.md`).
package struct LipAgreement: ~Copyable {
  /// Shifts, in lip frames either way, with which equal times are compared.
  private static let shifts = [12, 18, 24, 30]

  private let weights: LipAgreementWeights
  private var normed = FloatBuffer(count: 0)
  private var inner = FloatBuffer(count: 0)
  private let product: FloatBuffer

  /// Makes an agreement with memory of its own.
  package init(weights: LipAgreementWeights) {
    self.weights = weights
    let layers = [weights.lips, weights.audio].flatMap { [$0.fc1, $0.fc2] }
    product = FloatBuffer(count: layers.map(\.weights.scratchCount).max() ?? 0)
  }

  /// Mean cosine of lips and audio (after the adapter) at equal times less that at shifted times,
  /// -2 to 2; 0 without lips.
  package mutating func score(audio: Embeddings, lips: LipSequence) -> Float {
    guard let pairs = pairs(audio, lips) else { return 0 }
    let same = pairs.products(shift: 0)
    var shifted: (sum: Float, count: Int) = (0, 0)
    for shift in Self.shifts.flatMap({ [-$0, $0] }) {
      let products = pairs.products(shift: shift)
      shifted.sum += products.sum
      shifted.count += products.count
    }
    return same.sum / Float(max(same.count, 1)) - shifted.sum / Float(max(shifted.count, 1))
  }

  /// Sums of cosines, and of how many, with the lips `s` frames later than the sound, for s from
  /// -reach to reach. Over a recording, the sums and counts of its segments add up to the curve
  /// whose maximum is the offset between picture and sound.
  package mutating func curve(
    audio: Embeddings, lips: LipSequence, reach: Int
  ) -> (sums: [Float], counts: [Int]) {
    guard let pairs = pairs(audio, lips) else {
      return (
        Array(repeating: 0, count: 2 * reach + 1), Array(repeating: 0, count: 2 * reach + 1)
      )
    }
    let products = (-reach...reach).map { pairs.products(shift: $0) }
    return (products.map(\.sum), products.map(\.count))
  }

  /// Vectors of the lip frames, and of the audio at their times.
  struct Pairs {
    /// [S, 64], of which absent frames are never read.
    let lips: [Float]
    /// [S, 64], likewise.
    let audio: [Float]
    let isPresent: [Bool]

    /// The sum of the products of lips with the audio `shift` frames before them, and their number.
    func products(shift: Int) -> (sum: Float, count: Int) {
      let width = LipAgreementWeights.Projection.width
      var (sum, count): (Float, Int) = (0, 0)
      let frames = isPresent.count
      for frame in max(0, -shift)..<max(0, -shift, min(frames, frames - shift))
      where isPresent[frame] && isPresent[frame + shift] {
        let (first, second) = ((frame + shift) * width, frame * width)
        var product: Float = 0
        for index in 0..<width { product += lips[first + index] * audio[second + index] }
        sum += product
        count += 1
      }
      return (sum, count)
    }
  }

  /// Nil without audio or lips.
  mutating func pairs(_ audio: Embeddings, _ lips: LipSequence) -> Pairs? {
    precondition(audio.width == weights.width)
    let present = lips.presentFrames
    guard audio.frames > 0, !present.isEmpty else { return nil }
    let nearest = present.flatMap { frame in
      let row = audio.clock.nearest(to: lips.times[frame], frames: audio.frames)
      return audio.values[row * audio.width..<(row + 1) * audio.width]
    }
    return Pairs(
      lips: spread(
        vectors(weights.lips, lips.values(of: present), width: LipSequence.width), present, lips),
      audio: spread(vectors(weights.audio, nearest, width: audio.width), present, lips),
      isPresent: lips.isPresent)
  }

  /// Unit vectors [n, 64] of embeddings [n, width].
  private mutating func vectors(
    _ projection: LipAgreementWeights.Projection, _ values: [Float], width: Int
  ) -> [Float] {
    let rows = values.count / width
    normed.reserve(values.count)
    inner.reserve(rows * LipAgreementWeights.Projection.inner)
    return MatrixView.reading(values, rows: rows, columns: width) { input in
      let y = normed.matrix(rows, width)
      projection.norm(input, into: y)
      let layer = inner.matrix(rows, LipAgreementWeights.Projection.inner)
      projection.fc1(y, ending: .gelu, into: layer, scratch: product)
      let output = normed.matrix(rows, LipAgreementWeights.Projection.width)
      projection.fc2(layer, into: output, scratch: product)
      for row in 0..<rows { Self.scaleToUnit(output.row(row), count: output.columns) }
      return output.copied()
    }
  }

  private static func scaleToUnit(_ vector: UnsafeMutablePointer<Float>, count: Int) {
    var squares: Float = 0
    for index in 0..<count { squares += vector[index] * vector[index] }
    let inverse = 1 / max(squares.squareRoot(), 1e-12)
    for index in 0..<count { vector[index] *= inverse }
  }

  /// Vectors of the frames `present` at the places of all frames [S, 64].
  private func spread(_ vectors: [Float], _ present: [Int], _ lips: LipSequence) -> [Float] {
    let width = LipAgreementWeights.Projection.width
    var all = [Float](repeating: 0, count: lips.frames * width)
    for (index, frame) in present.enumerated() {
      all.replaceSubrange(
        frame * width..<(frame + 1) * width, with: vectors[index * width..<(index + 1) * width])
    }
    return all
  }
}
