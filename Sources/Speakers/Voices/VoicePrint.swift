/// How a voice sounds: the direction in which the embeddings of its pieces lie on average.
package struct VoicePrint: Sendable, Hashable {
  /// Values of a print.
  package static let width = EmbeddingConfig.width

  /// `width` values, of length 1.
  package let vector: [Float]
  /// Seconds of the voice alone that it was taken over.
  package let seconds: Double

  /// The print in the direction of `sum`; nil where it has none.
  package init?(_ sum: [Float], seconds: Double) {
    let length = cosineSum(sum, sum).squareRoot()
    guard sum.count == Self.width, length.isFinite, length > 0, seconds.isFinite, seconds > 0
    else { return nil }
    vector = sum.map { $0 / length }
    self.seconds = seconds
  }

  /// Cosine of the angle between two prints: how alike they are, 1 at most.
  package func likeness(_ other: VoicePrint) -> Float { cosineSum(vector, other.vector) }
}

extension VoicePieces {
  /// Steps on either side of a piece's place that it was taken over.
  static let reach = cell * cells / 2
  /// Steps of one voice that a piece needs to be compared.
  static let minimumSteps = 25

  /// The print of the pieces for which `belongs` says so of their place, a step; nil where there are
  /// none.
  func print(_ belongs: (Int) -> Bool) -> VoicePrint? {
    var sum = [Float](repeating: 0, count: EmbeddingConfig.width)
    var found = 0
    for index in 0..<count where steps[index] >= Self.minimumSteps && belongs(index * Self.cell) {
      let piece = embedding(index)
      for place in piece.indices { sum[place] += piece[place] }
      found += 1
    }
    return VoicePrint(sum, seconds: Double(found * Self.cell) / 50)
  }
}
