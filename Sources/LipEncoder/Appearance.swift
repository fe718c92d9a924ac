/// How a face looks: a small levelled grey patch, its brightness and contrast taken out.
struct Appearance: Hashable {
  /// Values along a side.
  private static let size = 16
  /// Share of a new look in the running one.
  private static let renewal: Float = 0.1

  /// Of mean 0 and length 1.
  private(set) var values: [Float]

  /// The look of the face at `geometry`.
  init(of geometry: FaceGeometry, in picture: Picture) {
    values = geometry.appearanceSquare.sampled(from: picture, size: Self.size)
    normalise()
  }

  /// The correlation of two looks, -1...1.
  func similarity(to other: Appearance) -> Float {
    zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Moves this look a little toward a newer one.
  mutating func renew(with other: Appearance) {
    for index in values.indices {
      values[index] += Self.renewal * (other.values[index] - values[index])
    }
    normalise()
  }

  private mutating func normalise() {
    let mean = values.reduce(0, +) / Float(values.count)
    var power: Float = 0
    for index in values.indices {
      values[index] -= mean
      power += values[index] * values[index]
    }
    guard power > 0 else { return }
    let scale = 1 / power.squareRoot()
    for index in values.indices { values[index] *= scale }
  }
}
