import CKernels
import Foundation
import NN
import Testing

/// Random operands of `heads` heads, with unused floats after each row.
struct AttentionCase {
  let rows: Int, keys: Int, heads: Int, dim: Int
  var q: [Float], k: [Float], v: [Float]
  let scale: Float = 0.3

  /// Floats from one row to the next.
  var stride: Int { heads * dim + 3 }

  init(rows: Int, keys: Int, heads: Int, dim: Int, spread: Float = 1) {
    (self.rows, self.keys, self.heads, self.dim) = (rows, keys, heads, dim)
    var generator = SeededGenerator(state: UInt64(rows * 31 + keys * 7 + heads * 3 + dim))
    let stride = heads * dim + 3
    q = generator.floats(rows * stride, in: -spread...spread)
    k = generator.floats(keys * stride, in: -spread...spread)
    v = generator.floats(keys * stride)
  }

  /// Queries `first..<first + count` through the kernel; rows of `stride` floats, 7 where nothing
  /// is written.
  func run(first: Int = 0, count: Int? = nil) -> [Float] {
    let count = count ?? rows
    var out = [Float](repeating: 7, count: count * stride)
    var scratch = [Float](repeating: .nan, count: vk_self_attention_scratch(keys, dim))
    q.withUnsafeBufferPointer { q in
      k.withUnsafeBufferPointer { k in
        v.withUnsafeBufferPointer { v in
          vk_self_attention(
            vk_rows(base: q.baseAddress.map { $0 + first * stride }, rows: count, stride: stride),
            vk_rows(base: k.baseAddress, rows: keys, stride: stride),
            vk_rows(base: v.baseAddress, rows: keys, stride: stride), heads, dim, scale, &scratch,
            &out, stride)
        }
      }
    }
    return out
  }

  /// One row of one head in f64.
  func reference(row: Int, head: Int) -> [Double] {
    let scores = (0..<keys).map { t in
      (0..<dim).reduce(0.0) { sum, d in
        let at = head * dim + d
        return sum + Double(scale) * Double(q[row * stride + at]) * Double(k[t * stride + at])
      }
    }
    let top = scores.max() ?? 0
    let weights = scores.map { exp($0 - top) }
    let total = weights.reduce(0, +)
    return (0..<dim).map { d in
      (0..<keys).reduce(0.0) { $0 + weights[$1] * Double(v[$1 * stride + head * dim + d]) } / total
    }
  }

  /// Root mean square of the error, relative to that of the values.
  func error(of out: [Float]) -> Double {
    var squares = 0.0
    for row in 0..<rows {
      for head in 0..<heads {
        for (d, expected) in reference(row: row, head: head).enumerated() {
          squares += pow(Double(out[row * stride + head * dim + d]) - expected, 2)
        }
      }
    }
    let size = v.reduce(0) { $0 + Double($1) * Double($1) } / Double(v.count)
    return (squares / Double(rows * heads * dim) / size).squareRoot()
  }
}

@Suite struct AttentionTests {
  /// f32: rounding of sums and of exponents. VNNI: 15 to 18 bits (kernels.h), of which 16 for
  /// lengths whose product makes a score of up to 64; at most 2.6e-4 was seen.
  static var tolerance: Double { String(cString: vk_isa()) == "avx512vnni" ? 5e-4 : 2e-6 }

  static let shapes: [(rows: Int, keys: Int, heads: Int, dim: Int)] = [
    (1, 1, 1, 1), (1, 2, 2, 36), (3, 3, 1, 5), (31, 12, 2, 36), (33, 13, 1, 36), (8, 60, 2, 7),
    (32, 120, 1, 40), (70, 121, 2, 6), (34, 241, 1, 36), (5, 300, 1, 64), (40, 73, 2, 3),
  ]

  @Test(arguments: shapes)
  func matchesReference(rows: Int, keys: Int, heads: Int, dim: Int) {
    for spread in [0.1, 1, 4] as [Float] {
      let example = AttentionCase(rows: rows, keys: keys, heads: heads, dim: dim, spread: spread)
      let out = example.run()
      #expect(example.error(of: out) < Self.tolerance, "spread \(spread)")
      for row in 0..<rows {
        let rest = out[(row * example.stride + heads * dim)..<((row + 1) * example.stride)]
        #expect(rest.allSatisfy { $0 == 7 }, "written behind a row")
      }
    }
  }

  @Test func rowsDoNotDependOnTheirNeighbours() {
    let example = AttentionCase(rows: 90, keys: 130, heads: 2, dim: 36)
    let all = example.run()
    for (first, count) in [(0, 1), (3, 1), (17, 33), (32, 32), (89, 1), (1, 64)] {
      let some = example.run(first: first, count: count)
      #expect(some[...] == all[(first * example.stride)..<((first + count) * example.stride)])
    }
  }

  // Scores rise or fall over the keys by hundreds, so that sums of earlier keys must shrink to
  // nothing, or later ones must not count.
  @Test(arguments: [-1, 1] as [Float]) func highestScoreMayComeAnywhere(_ slope: Float) {
    var example = AttentionCase(rows: 3, keys: 500, heads: 1, dim: 36)
    for t in 0..<example.keys {
      for d in 0..<example.dim { example.k[t * example.stride + d] *= 1e-3 }
      example.k[t * example.stride] = slope * Float(t)
    }
    for row in 0..<example.rows { example.q[row * example.stride] = 2 }
    let out = example.run()
    // Scores of 430 (to the base 2) have a rounding error of 3e-5.
    #expect(example.error(of: out) < max(Self.tolerance, 3e-5))
  }

  @Test(arguments: [1, 2, 119, 120, 121, 260]) func queriesOfZeroGiveTheMean(_ keys: Int) {
    var example = AttentionCase(rows: 2, keys: keys, heads: 2, dim: 36)
    example.q = example.q.map { _ in 0 }
    #expect(example.error(of: example.run()) < Self.tolerance)
  }

  @Test func zerosStayZeros() {
    var example = AttentionCase(rows: 5, keys: 9, heads: 1, dim: 4)
    example.k = example.k.map { _ in 0 }
    example.v = example.v.map { _ in 0 }
    let out = example.run()
    for row in 0..<5 { #expect(out[(row * 7)..<(row * 7 + 4)].allSatisfy { $0 == 0 }) }
  }

  // A value that is a thousand times the others must not take their precision away elsewhere.
  @Test func outliersOfOneDimensionLeaveTheOthersAlone() {
    var example = AttentionCase(rows: 8, keys: 200, heads: 1, dim: 36)
    let plain = example.run()
    for t in 0..<example.keys { example.v[t * example.stride + 5] *= 1000 }
    let out = example.run()
    for row in 0..<8 {
      for d in 0..<36 where d != 5 {
        #expect(out[row * example.stride + d] == plain[row * example.stride + d])
      }
    }
  }
}

@Suite struct RotaryPositionsTests {
  @Test func everyRowIsTurnedAtItsPosition() {
    let (heads, size, dimensions, rows) = (2, 10, 6, 5)
    var generator = SeededGenerator(state: 4)
    let x = generator.floats(rows * heads * size)
    let buffer = FloatBuffer(count: x.count)
    buffer.base.update(from: x, count: x.count)
    let positions = RotaryPositions(dimensions: dimensions, theta: 100, capacity: rows)
    positions.rotate(buffer.matrix(rows, heads * size), heads: heads, headSize: size)
    for row in 0..<rows {
      for head in 0..<heads {
        let start = (row * heads + head) * size
        for pair in 0..<dimensions / 2 {
          let angle = Double(row) * pow(100, -2 * Double(pair) / Double(dimensions))
          let (u, w) = (Double(x[start + 2 * pair]), Double(x[start + 2 * pair + 1]))
          let (turnedU, turnedW) = (
            buffer.base[start + 2 * pair], buffer.base[start + 2 * pair + 1]
          )
          #expect(abs(Double(turnedU) - (u * cos(angle) - w * sin(angle))) < 1e-6)
          #expect(abs(Double(turnedW) - (w * cos(angle) + u * sin(angle))) < 1e-6)
        }
        for rest in (start + dimensions)..<(start + size) { #expect(buffer.base[rest] == x[rest]) }
      }
    }
  }
}
