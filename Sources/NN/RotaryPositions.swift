import CKernels
import Foundation

/// Rotary position embedding (Su et al. 2021) on interleaved pairs of the first `dimensions`
/// values of each head: pair `i` at position `p` is turned by `p * theta^(-2i / dimensions)`.
package struct RotaryPositions: Sendable {
  private let pairs: Int
  private let capacity: Int
  private let cosines: [Float]
  private let sines: [Float]

  /// Tables for positions `0..<capacity`.
  package init(dimensions: Int, theta: Double, capacity: Int) {
    pairs = dimensions / 2
    self.capacity = capacity
    var cosines: [Float] = []
    var sines: [Float] = []
    for position in 0..<capacity {
      for pair in 0..<(dimensions / 2) {
        let frequency = pow(theta, -2 * Double(pair) / Double(dimensions))
        // The frequency is an f32 in the model's own graph, so the angle is a product of f32s.
        let angle = Float(position) * Float(frequency)
        cosines.append(Float(cos(Double(angle))))
        sines.append(Float(sin(Double(angle))))
      }
    }
    self.cosines = cosines
    self.sines = sines
  }

  /// Turns each of `heads` heads of one row, `row [heads, headSize]`, at `position`, in place.
  package func rotate(
    _ row: UnsafeMutablePointer<Float>, heads: Int, headSize: Int, position: Int
  ) {
    precondition(position < capacity && 2 * pairs <= headSize)
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
        let offset = position * pairs
        for head in 0..<heads {
          vk_rotate(row + head * headSize, cosines + offset, sines + offset, pairs)
        }
      }
    }
  }
}
