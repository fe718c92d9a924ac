import Glibc

/// How a face looks: directions of the edges in the cells of its levelled picture (Dalal and Triggs
/// 2005, "Histograms of Oriented Gradients"), which light and size change little.
package struct Appearance: Sendable, Hashable, Codable {
  /// Cells along a side, pixels along a cell's side, and directions told apart.
  private static let (cells, cell, directions) = (6, 4, 8)
  /// Share of the mean cell's edges added to each cell's own, so that flat cells stay near 0.
  private static let floor: Float = 0.3
  /// Share of a new look in the running one.
  private static let renewal: Float = 0.1

  /// `[cells, cells, directions]`, of mean 0 and length 1.
  private(set) var values: [Float]

  /// The look of the face at `geometry`.
  init(of geometry: FaceGeometry, in picture: Picture) {
    let side = Self.cells * Self.cell + 2
    let patch = geometry.appearanceSquare.sampled(from: picture, size: side)
    values = Self.histograms(patch, side: side)
    normalise()
  }

  /// The correlation of two looks, -1...1.
  package func similarity(to other: Appearance) -> Float {
    zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Moves this look a little toward a newer one.
  mutating func renew(with other: Appearance) {
    for index in values.indices {
      values[index] += Self.renewal * (other.values[index] - values[index])
    }
    normalise()
  }

  /// The strength of the edges in each cell and direction, by the strength of the whole cell.
  private static func histograms(_ patch: [Float], side: Int) -> [Float] {
    var values = [Float](repeating: 0, count: cells * cells * directions)
    var sums = [Float](repeating: 0, count: cells * cells)
    for y in 0..<cells * cell {
      for x in 0..<cells * cell {
        let place = (y + 1) * side + x + 1
        let across = patch[place + 1] - patch[place - 1]
        let down = patch[place + side] - patch[place - side]
        let strength = (across * across + down * down).squareRoot()
        let turn = atan2(down, across) / (2 * .pi)
        let direction = Int((turn < 0 ? turn + 1 : turn) * Float(directions)) % directions
        let at = y / cell * cells + x / cell
        values[at * directions + direction] += strength
        sums[at] += strength
      }
    }
    let least = floor * sums.reduce(0, +) / Float(sums.count)
    for index in values.indices { values[index] /= max(sums[index / directions] + least, 1e-6) }
    return values
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
