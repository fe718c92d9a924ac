import Foundation
import NN
import Testing

/// Random queries and keys at random times, some of them far from all others.
private struct TimedCase {
  static let heads = 2
  static let headSize = 20
  static let width = heads * headSize

  var queries: [Float], keys: [Float], values: [Float]
  var times: [Float], keyTimes: [Float]
  let slopes: [Float] = [0.7, -5]
  let shifts: [Float]?

  init(queries count: Int, keys keyCount: Int, seconds: Float, hasShifts: Bool) {
    var generator = SeededGenerator(state: UInt64(count * 31 + keyCount))
    queries = generator.floats(count * Self.width, in: -2...2)
    keys = generator.floats(keyCount * Self.width, in: -2...2)
    values = generator.floats(keyCount * Self.width)
    times = generator.floats(count, in: 0...seconds).sorted()
    keyTimes = generator.floats(keyCount, in: 0...seconds).sorted()
    shifts = hasShifts ? [0.3, -0.1] : nil
  }

  /// The queries `rows` through the attention [rows, width].
  func run(_ rows: Range<Int>? = nil) -> [Float] {
    let rows = rows ?? 0..<times.count
    var attention = TimedAttention(heads: Self.heads, headSize: Self.headSize)
    let output = FloatBuffer(count: rows.count * Self.width)
    let result = output.matrix(rows.count, Self.width)
    matrix(queries) { queries in
      matrix(keys) { keys in
        matrix(values) { values in
          attention(
            TimedAttention.Operands(
              queries: queries.rows(rows), times: Array(times[rows]), keys: keys, values: values,
              keyTimes: keyTimes),
            slopes: slopes, shifts: shifts, into: result)
        }
      }
    }
    return result.copied()
  }

  private func matrix(_ values: [Float], _ body: (MatrixView) -> Void) {
    MatrixView.reading(values, rows: values.count / Self.width, columns: Self.width, body)
  }

  /// One row of one head in f64.
  func reference(row: Int, head: Int) -> [Double] {
    let columns = head * Self.headSize..<(head + 1) * Self.headSize
    let near = keyTimes.indices.filter { abs(times[row] - keyTimes[$0]) <= TimedAttention.reach }
    let scores = near.map { key in
      let product = columns.reduce(0.0) {
        $0 + Double(queries[row * Self.width + $1]) * Double(keys[key * Self.width + $1])
      }
      let distance = Double(times[row]) - Double(keyTimes[key]) - Double(shifts?[head] ?? 0)
      return product / Double(Self.headSize).squareRoot() - Double(abs(slopes[head]))
        * abs(distance)
    }
    let top = scores.max() ?? 0
    let weights = scores.map { exp($0 - top) }
    let total = weights.reduce(0, +)
    return columns.map { column in
      zip(near, weights).reduce(0) { $0 + $1.1 * Double(values[$1.0 * Self.width + column]) }
        / max(total, 1e-300)
    }
  }
}

@Suite struct TimedAttentionTests {
  static let shapes: [(Int, Int, Float)] = [
    (1, 1, 0.1), (1, 60, 3), (24, 5, 1), (25, 49, 4), (70, 130, 9), (150, 97, 30), (9, 12, 200),
  ]

  @Test(arguments: shapes, [false, true])
  func matchesReference(_ shape: (Int, Int, Float), _ hasShifts: Bool) {
    let example = TimedCase(
      queries: shape.0, keys: shape.1, seconds: shape.2, hasShifts: hasShifts)
    let output = example.run()
    for row in 0..<shape.0 {
      for head in 0..<TimedCase.heads {
        let first = row * TimedCase.width + head * TimedCase.headSize
        for (value, expected) in zip(output[first...], example.reference(row: row, head: head)) {
          // Scores of up to 40 in f32 move a weight by 5e-6 of itself.
          #expect(abs(Double(value) - expected) < 2e-5, "row \(row) head \(head)")
        }
      }
    }
  }

  @Test func aRowDependsOnNoOtherQuery() {
    let example = TimedCase(queries: 60, keys: 90, seconds: 12, hasShifts: true)
    let whole = example.run()
    for first in [0, 1, 17, 40] {
      let part = example.run(first..<first + 20)
      #expect(part == Array(whole[first * TimedCase.width..<(first + 20) * TimedCase.width]))
    }
  }

  @Test func keysOutOfReachDoNotMatter() {
    var example = TimedCase(queries: 40, keys: 80, seconds: 12, hasShifts: false)
    let before = example.run()
    for key in example.keyTimes.indices where example.keyTimes[key] > 6 {
      for column in 0..<TimedCase.width {
        example.keys[key * TimedCase.width + column] = 100
        example.values[key * TimedCase.width + column] = -1e6
      }
    }
    let after = example.run()
    for (row, time) in example.times.enumerated() {
      let place = row * TimedCase.width..<(row + 1) * TimedCase.width
      if time < 4 { #expect(before[place] == after[place]) }
      if time > 6 { #expect(before[place] != after[place]) }
    }
  }

  @Test func aQueryWithoutKeysWithinReachGetsZeros() {
    var example = TimedCase(queries: 30, keys: 20, seconds: 1, hasShifts: false)
    example.times[29] = 50
    let output = example.run()
    #expect(output.suffix(TimedCase.width).allSatisfy { $0 == 0 })
    #expect(output.prefix(TimedCase.width).allSatisfy { $0 != 0 })
    example.times = example.times.map { $0 + 100 }
    #expect(example.run().allSatisfy { $0 == 0 })
  }
}
