import Foundation

/// The discrete Fourier transform of a power of two complex numbers, in place (radix 2, decimation
/// in time; Cooley and Tukey 1965).
struct FourierTransform {
  /// Numbers in a transform.
  let count: Int
  /// cos and sin of -2 pi k / count for k below count / 2.
  private let cosines: [Double]
  private let sines: [Double]

  /// A transform of `2^exponent` numbers.
  init(exponent: Int) {
    count = 1 << exponent
    let angles = (0..<count / 2).map { -2 * Double.pi * Double($0) / Double(1 << exponent) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// The forward transform; with real and imaginary parts given in each other's place, the inverse
  /// times `count`.
  func run(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == count && imaginary.count == count)
    reorder(&real, &imaginary)
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        var half = 1
        while half < count {
          let stride = count / (2 * half)
          for start in Swift.stride(from: 0, to: count, by: 2 * half) {
            for k in 0..<half {
              let (c, s) = (cosines[k * stride], sines[k * stride])
              let (low, high) = (start + k, start + k + half)
              let turned = (
                real[high] * c - imaginary[high] * s, real[high] * s + imaginary[high] * c
              )
              (real[high], imaginary[high]) = (real[low] - turned.0, imaginary[low] - turned.1)
              (real[low], imaginary[low]) = (real[low] + turned.0, imaginary[low] + turned.1)
            }
          }
          half *= 2
        }
      }
    }
  }

  /// Puts every number to the place whose index has its bits the other way round.
  private func reorder(_ real: inout [Double], _ imaginary: inout [Double]) {
    var mirrored = 0
    for index in 0..<count {
      if index < mirrored {
        real.swapAt(index, mirrored)
        imaginary.swapAt(index, mirrored)
      }
      var bit = count >> 1
      while bit > 0, mirrored & bit != 0 {
        mirrored ^= bit
        bit >>= 1
      }
      mirrored |= bit
    }
  }
}
