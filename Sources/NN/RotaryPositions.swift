import CKernels
import Foundation

/// Rotary position embedding (Su et al. 2021) on interleaved pairs of the first `dimensions`
/// values of each head: pair `i` at position `p` is turned by `p * theta^(-2i / dimensions)`.
package struct RotaryPositions: Sendable {
  private let dimensions: Int
  private let capacity: Int
  /// `[capacity, dimensions]`: each cosine twice; each sine negative, then positive (`vk_rotate`).
  private let cosines: [Float]
  private let sines: [Float]

  /// Tables for positions `0..<capacity`; `dimensions` is even.
  package init(dimensions: Int, theta: Double, capacity: Int) {
    precondition(dimensions.isMultiple(of: 2))
    self.dimensions = dimensions
    self.capacity = capacity
    // The frequency is an f32 in the model's own graph, so the angle is a product of f32s.
    let frequencies = stride(from: 0, to: dimensions, by: 2).map {
      Float(pow(theta, -Double($0) / Double(dimensions)))
    }
    var cosines: [Float] = []
    var sines: [Float] = []
    cosines.reserveCapacity(capacity * dimensions)
    sines.reserveCapacity(capacity * dimensions)
    for position in 0..<capacity {
      for frequency in frequencies {
        let angle = Double(Float(position) * frequency)
        let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
        cosines.append(cosine)
        cosines.append(cosine)
        sines.append(-sine)
        sines.append(sine)
      }
    }
    self.cosines = cosines
    self.sines = sines
  }

  /// Turns each of `heads` heads of one row, `row [heads, headSize]`, at `position`, in place.
  package func rotate(
    _ row: UnsafeMutablePointer<Float>, heads: Int, headSize: Int, position: Int
  ) {
    precondition(position < capacity && dimensions <= headSize)
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
        let offset = position * dimensions
        for head in 0..<heads {
          vk_rotate(row + head * headSize, cosines + offset, sines + offset, dimensions)
        }
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
