import CKernels
import Foundation
import Testing

/// Rows of keys and values with the memory that the kernels keep them in.
struct StoredRows {
  let rows: Int, heads: Int, dim: Int, capacity: Int
  let keys: [Float], values: [Float], query: [Float]
  var codes: [UInt8], valueCodes: [Int8], keyScales: [Float], valueScales: [Float]
  var offsets: [Float], scratch: [Float]
  var width: Int { heads * dim }

  init(_ rows: Int, _ heads: Int, _ dim: Int, spare: Int = 0, spread: Float = 1) {
    var generator = SeededGenerator(state: UInt64(rows * 131 + heads * 17 + dim))
    (self.rows, self.heads, self.dim) = (rows, heads, dim)
    capacity = vk_memory_capacity(rows) + spare
    keys = generator.floats(rows * heads * dim)
    values = generator.floats(rows * heads * dim)
    query = generator.floats(heads * dim, in: -spread...spread)
    // What nothing was stored in may hold anything.
    codes = Array(repeating: 0x5a, count: capacity * heads * dim)
    valueCodes = Array(repeating: 0x5a, count: capacity * heads * dim)
    keyScales = Array(repeating: 0, count: max(heads * dim, heads * capacity))
    valueScales = keyScales
    offsets = Array(repeating: 0, count: heads * dim)
    scratch = Array(repeating: 0, count: (vk_memory_scratch(rows, heads, dim) + 3) / 4)
  }

  mutating func withMemory<Result>(
    rows: Int, _ body: (UnsafePointer<vk_memory>, UnsafeMutableRawPointer) -> Result
  ) -> Result? {
    codes.withUnsafeMutableBufferPointer { codes in
      valueCodes.withUnsafeMutableBufferPointer { valueCodes in
        keyScales.withUnsafeMutableBufferPointer { keyScales in
          valueScales.withUnsafeMutableBufferPointer { valueScales in
            offsets.withUnsafeMutableBufferPointer { offsets in
              scratch.withUnsafeMutableBytes { scratch in
                guard let scratch = scratch.baseAddress else { return nil }
                var memory = vk_memory(
                  rows: rows, capacity: capacity, heads: heads, dim: dim, keys: codes.baseAddress,
                  values: valueCodes.baseAddress, key_scales: keyScales.baseAddress,
                  value_scales: valueScales.baseAddress, value_offsets: offsets.baseAddress)
                return body(&memory, scratch)
              }
            }
          }
        }
      }
    }
  }

  mutating func attendFrames(scale: Float, recorded: UInt32) -> (out: [Float], shares: [Float]) {
    var out = [Float](repeating: 0, count: width)
    var shares = [Float](repeating: -1, count: recorded.nonzeroBitCount * rows)
    let (keys, values, query, width) = (keys, values, query, width)
    _ = withMemory(rows: rows) { memory, scratch in
      vk_store_keys(memory, keys, width, scratch)
      vk_store_values(memory, values, width, scratch)
      vk_attend_frames(memory, query, scale, recorded, &shares, &out, scratch)
    }
    return (out, shares)
  }

  /// Stores rows one by one; the outputs after each of them.
  mutating func attendTokens(scale: Float) -> [[Float]] {
    let (keys, values, query, width) = (keys, values, query, width)
    return (1...rows).compactMap { count in
      withMemory(rows: count) { memory, scratch in
        var out = [Float](repeating: 0, count: width)
        let at = (count - 1) * width
        vk_append_token(memory, Array(keys[at...]), Array(values[at...]), scratch)
        vk_attend_tokens(memory, query, scale, &out, scratch)
        return out
      }
    }
  }

  /// `softmax(scale * q K) V` of one head in f64.
  func reference(
    head: Int, keys: [Float], values: [Float], rows: Int, scale: Float
  ) -> (out: [Double], shares: [Double]) {
    let scores = (0..<rows).map { t in
      (0..<dim).reduce(0.0) { sum, d in
        let at = head * dim + d
        return sum + Double(query[at]) * Double(scale) * Double(keys[t * width + at])
      }
    }
    let highest = scores.max() ?? 0
    let weights = scores.map { exp2(($0 - highest) * 1.4426950408889634) }
    let sum = weights.reduce(0, +)
    let out = (0..<dim).map { d in
      let column = head * dim + d
      return (0..<rows).reduce(0.0) { $0 + weights[$1] / sum * Double(values[$1 * width + column]) }
    }
    return (out, weights.map { $0 / sum })
  }

  /// Rows as frames are stored: each column on a grid from its least to its largest value.
  static func frameGrid(_ x: [Float], width: Int) -> [Float] {
    var result = x
    for column in 0..<width {
      let places = stride(from: column, to: x.count, by: width)
      let least = places.map { x[$0] }.min() ?? 0
      let step = ((places.map { x[$0] }.max() ?? 0) - least) / 255
      for place in places {
        let code = step > 0 ? ((x[place] - least) * (1 / step) + 0.5).rounded(.down) : 0
        result[place] = least + code * step
      }
    }
    return result
  }

  /// Rows as tokens are stored: each head of each on a symmetric grid of its own.
  static func tokenGrid(_ x: [Float], dim: Int) -> [Float] {
    stride(from: 0, to: x.count, by: dim).flatMap { start in
      let head = x[start..<start + dim]
      let largest = head.map(abs).max() ?? 0
      let inverse = largest > 0 ? 127 / largest : 0
      return head.map { ($0 * inverse).rounded(.toNearestOrEven) * (largest / 127) }
    }
  }
}

/// The kernels against attention in f64 over the numbers that were stored.
///
/// The query's grid moves a score by at most `dim * 255 / 2` steps of `largest / 32639`, with these
/// shapes less than 5e-4 and typically 2e-5; the weights' grid moves the mean of values by less than
/// 1e-4. Values are within -1 and 1.
@Suite struct MemoryAttentionTests {
  static let tolerance = 2e-4
  static let shapes: [(Int, Int, Int)] = [
    (1, 1, 4), (1, 8, 36), (2, 2, 8), (17, 3, 16), (63, 8, 36), (64, 3, 12), (65, 2, 40),
    (130, 1, 24), (457, 8, 36), (833, 2, 52), (2100, 1, 36),
  ]

  @Test(arguments: shapes, [Float(1), 40])
  func framesGiveTheMeanOfTheirValues(_ shape: (Int, Int, Int), spread: Float) {
    var stored = StoredRows(shape.0, shape.1, shape.2, spread: spread)
    let recorded: UInt32 = 0b1010_0110 & ((1 << UInt32(stored.heads)) - 1)
    let (out, shares) = stored.attendFrames(scale: 1 / 6, recorded: recorded)
    let keys = StoredRows.frameGrid(stored.keys, width: stored.width)
    let values = StoredRows.frameGrid(stored.values, width: stored.width)
    // Scores grow with the query, and so does what a step of its grid moves them by.
    let tolerance = Self.tolerance * Double(max(1, spread / 8))
    var record = 0
    for head in 0..<stored.heads {
      let expected = stored.reference(
        head: head, keys: keys, values: values, rows: stored.rows, scale: 1 / 6)
      for (d, value) in expected.out.enumerated() {
        #expect(abs(Double(out[head * stored.dim + d]) - value) < tolerance)
      }
      guard recorded >> UInt32(head) & 1 == 1 else { continue }
      for (t, share) in expected.shares.enumerated() {
        #expect(abs(Double(shares[record * stored.rows + t]) - share) < tolerance)
      }
      record += 1
    }
    #expect(shares.count == record * stored.rows)
  }

  @Test(arguments: [(1, 1, 4), (70, 8, 36), (130, 2, 8), (40, 3, 52)], [Float(1), 40])
  func tokensGiveTheMeanOfTheirValues(_ shape: (Int, Int, Int), spread: Float) {
    var stored = StoredRows(shape.0, shape.1, shape.2, spare: 64, spread: spread)
    let outputs = stored.attendTokens(scale: 1 / 6)
    let keys = StoredRows.tokenGrid(stored.keys, dim: stored.dim)
    let values = StoredRows.tokenGrid(stored.values, dim: stored.dim)
    let tolerance = Self.tolerance * Double(max(1, spread / 8))
    #expect(outputs.count == stored.rows)
    for count in Set([1, 2, 15, 16, 17, 65, stored.rows]) where count <= stored.rows {
      for head in 0..<stored.heads {
        let expected = stored.reference(
          head: head, keys: keys, values: values, rows: count, scale: 1 / 6)
        for (d, value) in expected.out.enumerated() {
          #expect(abs(Double(outputs[count - 1][head * stored.dim + d]) - value) < tolerance)
        }
      }
    }
  }

  @Test func equalScoresGiveThePlainMean() {
    var stored = StoredRows(100, 2, 8, spread: 0)
    let (out, shares) = stored.attendFrames(scale: 1, recorded: 1)
    #expect(shares.allSatisfy { $0 == shares[0] } && abs(shares[0] - 0.01) < 1e-8)
    let values = StoredRows.frameGrid(stored.values, width: 16)
    for d in 0..<16 {
      let mean = stride(from: d, to: 1600, by: 16).map { values[$0] }.reduce(0, +) / 100
      #expect(abs(out[d] - mean) < 1e-6)  // f32 sums of the reference
    }
  }

  /// The same bits whatever the instruction set: the checksum is that of all of them.
  @Test func bitsDoNotDependOnTheInstructionSet() {
    var checksum: UInt32 = 0
    for shape in [(457, 8, 36), (130, 2, 8)] {
      var stored = StoredRows(shape.0, shape.1, shape.2, spread: 6)
      let frames = stored.attendFrames(scale: 1 / 6, recorded: 3)
      var tokens = StoredRows(70, shape.1, shape.2, spread: 6)
      let numbers = frames.out + frames.shares + tokens.attendTokens(scale: 1 / 6).joined()
      for number in numbers { checksum = checksum &* 31 &+ number.bitPattern }
    }
    #expect(checksum == 2_139_404_247)
  }
}
