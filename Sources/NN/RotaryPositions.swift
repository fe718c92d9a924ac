import CKernels
import Foundation

/// Rotary position embedding (Su et al. 2021) on interleaved pairs of the first `dimensions`
/// values of each head: pair `i` at position `p` is turned by `p * theta^(-2i / dimensions)`.
package struct RotaryPositions: Sendable {
  private let dimensions: Int
  private let capacity: Int
  /// `[capacity, 2 * dimensions]`: cosines, then sines of a position, as `vk_rotate` takes them.
  private let turns: [Float]

  /// Tables for positions `0..<capacity`; `dimensions` is even.
  package init(dimensions: Int, theta: Double, capacity: Int) {
    precondition(dimensions.isMultiple(of: 2))
    self.dimensions = dimensions
    self.capacity = capacity
    let frequencies = stride(from: 0, to: dimensions, by: 2).map {
      Float(pow(theta, -Double($0) / Double(dimensions)))
    }
    turns = Array(unsafeUninitializedCapacity: 2 * capacity * dimensions) { table, count in
      count = 2 * capacity * dimensions
      guard let turns = table.baseAddress else { return }
      for position in 0..<capacity {
        vk_turns(frequencies, dimensions, Float(position), turns + 2 * position * dimensions)
      }
    }
  }

  /// Turns each of `heads` heads of one row, `row [heads, headSize]`, at `position`, in place.
  package func rotate(
    _ row: UnsafeMutablePointer<Float>, heads: Int, headSize: Int, position: Int
  ) {
    precondition(position < capacity && dimensions <= headSize)
    turns.withUnsafeBufferPointer { table in
      guard let turns = table.baseAddress.map({ $0 + 2 * position * dimensions }) else { return }
      for head in 0..<heads {
        vk_rotate(row + head * headSize, turns, turns + dimensions, dimensions)
      }
    }
  }

  /// Turns the heads of each row of `matrix [time, heads * headSize]` at its own position.
  package func rotate(_ matrix: MatrixView, heads: Int, headSize: Int) {
    precondition(matrix.columns == heads * headSize)
    for position in 0..<matrix.rows {
      rotate(matrix.row(position), heads: heads, headSize: headSize, position: position)
    }
  }
}
