import NN

/// Sums of the embedding network's features over some steps, from which their embedding follows; those
/// of several stretches add up.
package struct VoiceStatistics: Sendable {
  /// Steps in the sums.
  package private(set) var steps: Int
  private var sums: [Float]
  private var squares: [Float]

  /// Those over no step.
  package init() {
    steps = 0
    sums = Array(repeating: 0, count: EmbeddingConfig.outputs)
    squares = sums
  }

  /// Those over the rows of `features [T, 512]`.
  package init(_ features: MatrixView) {
    self.init()
    add(features)
  }

  /// Adds the rows of `features [T, 512]`.
  package mutating func add(_ features: MatrixView) {
    precondition(features.columns == sums.count)
    steps += features.rows
    sums.withUnsafeMutableBufferPointer { sums in
      squares.withUnsafeMutableBufferPointer { squares in
        for index in 0..<features.rows {
          let row = features.row(index)
          for place in 0..<EmbeddingConfig.outputs {
            sums[place] += row[place]
            squares[place] += row[place] * row[place]
          }
        }
      }
    }
  }

  /// Adds those over other steps.
  package mutating func add(_ other: VoiceStatistics) {
    steps += other.steps
    for place in sums.indices {
      sums[place] += other.sums[place]
      squares[place] += other.squares[place]
    }
  }

  /// The means, then the unbiased standard deviations; of one step the deviations are 0.01.
  var meansAndDeviations: [Float] {
    let count = Float(max(1, steps))
    let means = sums.map { $0 / count }
    guard steps > 1 else { return means + Array(repeating: 0.01, count: means.count) }
    let deviations = means.indices.map { place in
      (max(0, squares[place] / count - means[place] * means[place]) * count / (count - 1))
        .squareRoot()
    }
    return means + deviations
  }
}
