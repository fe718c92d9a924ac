import CKernels
import Foundation
import Testing

/// A small reproducible generator (SplitMix64) for random shapes and values.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

/// A random product `[m, k] x [k, n]` with overlapping rows of A when `lda < k`.
struct Product {
  let m: Int, n: Int, k: Int, lda: Int
  let a: [Float], bias: [Float], start: [Float], weights: [UInt8]
  let scale: Float = 0.01, zeroPoint: UInt8 = 117

  init(m: Int, n: Int, k: Int, lda: Int, seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    (self.m, self.n, self.k, self.lda) = (m, n, k, lda)
    a = generator.floats((m - 1) * lda + k)
    bias = generator.floats(n)
    start = generator.floats(m * n)
    weights = (0..<n * k).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// The weight of output `j` and input `i`.
  func weight(_ j: Int, _ i: Int) -> Float {
    (Float(weights[j * k + i]) - Float(zeroPoint)) * scale
  }

  func runF32(bias: [Float]?, accumulate: Bool) -> [Float] {
    let dense = (0..<n).flatMap { j in (0..<k).map { weight(j, $0) } }
    var packed = [Float](repeating: 0, count: vk_packed_count(n, k))
    vk_pack_f32(dense, n, k, k, 1, &packed)
    var c = start
    vk_gemm_f32(m, n, k, a, lda, packed, bias, accumulate ? 1 : 0, &c, n)
    return c
  }

  /// Largest error in units of the a-priori bound `k * 2^-24 * sum |terms|` (plus the epilogue).
  func worstError(of c: [Float], bias: [Float]?, accumulate: Bool) -> Double {
    var worst = 0.0
    for row in 0..<m {
      for column in 0..<n {
        var product = 0.0
        var magnitude = 0.0
        for i in 0..<k {
          let term = Double(a[row * lda + i]) * Double(weight(column, i))
          product += term
          magnitude += abs(term)
        }
        let extra = Double(bias?[column] ?? 0) + (accumulate ? Double(start[row * n + column]) : 0)
        let bound = Double(k + 4) * 0x1p-24 * (magnitude + 2)
        worst = max(worst, abs(Double(c[row * n + column]) - product - extra) / bound)
      }
    }
    return worst
  }
}

@Suite struct GEMMTests {
  static let shapes: [(Int, Int, Int)] = [
    (1, 1, 1), (1, 48, 3), (2, 47, 36), (5, 49, 127), (8, 96, 288), (9, 33, 7), (13, 50, 40),
    (17, 48, 64), (41, 100, 36), (64, 16, 129), (3, 2304, 2), (101, 50, 9),
  ]

  @Test(arguments: shapes) func matchesReference(_ m: Int, _ n: Int, _ k: Int) {
    for lda in Set([k, max(1, k / 2)]) {
      let product = Product(m: m, n: n, k: k, lda: lda, seed: UInt64(m * 7919 + n * 31 + k))
      for accumulate in [false, true] {
        for bias in [nil, product.bias] {
          let f32 = product.runF32(bias: bias, accumulate: accumulate)
          #expect(product.worstError(of: f32, bias: bias, accumulate: accumulate) < 1)
        }
      }
    }
  }
}
