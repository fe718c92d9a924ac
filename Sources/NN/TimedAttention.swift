import CKernels

/// Softmax attention between moments in time (Vaswani et al. 2017), where a score falls with the
/// distance in time at a slope of each head's own (ALiBi; Press, Smith and Lewis 2022):
/// `softmax(q · k / √headSize - slope |dt - shift|) v` over the keys with |dt| up to `reach`.
///
/// Only that band of keys is computed, so the cost grows with the length and not with its square.
package struct TimedAttention: ~Copyable {
  /// Farthest key that a query reads, in seconds: two, whatever the rounding of times.
  package static let reach: Float = 2.001
  /// Queries that go through together: whole tiles of rows for every instruction set.
  private static let block = 24

  private let heads: Int
  private let headSize: Int
  private var keys = FloatBuffer(count: 0)
  private var values = FloatBuffer(count: 0)
  private var scores = FloatBuffer(count: 0)

  /// Attention with `heads` heads of `headSize` values.
  package init(heads: Int, headSize: Int) {
    self.heads = heads
    self.headSize = headSize
  }

  /// Queries and what they read, with the time of each row in seconds.
  package struct Operands {
    /// [T, heads * headSize]
    package let queries: MatrixView
    /// [T], ascending.
    package let times: [Float]
    /// [S, heads * headSize]
    package let keys: MatrixView
    /// [S, heads * headSize]
    package let values: MatrixView
    /// [S], ascending.
    package let keyTimes: [Float]

    package init(
      queries: MatrixView, times: [Float], keys: MatrixView, values: MatrixView, keyTimes: [Float]
    ) {
      precondition(queries.rows == times.count && keys.rows == keyTimes.count)
      precondition(values.rows == keys.rows)
      self.queries = queries
      self.times = times
      self.keys = keys
      self.values = values
      self.keyTimes = keyTimes
    }
  }

  /// Writes `output [T, heads * headSize]`, which may be the queries. A query without a key within
  /// reach gets zeros.
  package mutating func callAsFunction(
    _ operands: Operands, slopes: [Float], shifts: [Float]? = nil, into output: MatrixView
  ) {
    precondition(slopes.count == heads && (shifts?.count ?? heads) == heads)
    precondition(output.rows == operands.times.count && output.columns == heads * headSize)
    let bands = Self.bands(operands)
    reserve(keys: operands.keys.rows, bands: bands)
    for head in 0..<heads {
      let columns = head * headSize..<(head + 1) * headSize
      pack(operands, columns)
      for first in stride(from: 0, to: bands.count, by: Self.block) {
        let rows = first..<min(first + Self.block, bands.count)
        let reached = bands[rows.lowerBound].lowerBound..<bands[rows.upperBound - 1].upperBound
        weigh(
          operands.queries.columns(columns).rows(rows), operands, rows: rows, bands: bands,
          slope: abs(slopes[head]), shift: shifts?[head] ?? 0)
        mix(reached, keys: operands.keys.rows, into: output.columns(columns).rows(rows))
      }
    }
  }

  /// The keys within reach of each query; both ends ascend with the queries.
  private static func bands(_ operands: Operands) -> [Range<Int>] {
    let keyTimes = operands.keyTimes
    var (first, end) = (0, 0)
    return operands.times.map { time in
      while first < keyTimes.count && time - keyTimes[first] > reach { first += 1 }
      end = max(end, first)
      while end < keyTimes.count && keyTimes[end] - time <= reach { end += 1 }
      return first..<end
    }
  }

  private mutating func reserve(keys count: Int, bands: [Range<Int>]) {
    keys.reserve(vk_packed_count(count, headSize))
    values.reserve(vk_packed_count(headSize, count))
    var widest = 0
    for first in stride(from: 0, to: bands.count, by: Self.block) {
      let last = min(first + Self.block, bands.count) - 1
      widest = max(widest, bands[last].upperBound - Self.panelStart(bands[first].lowerBound))
    }
    scores.reserve(Self.block * widest)
  }

  /// The first key of the panel that holds `key`.
  private static func panelStart(_ key: Int) -> Int { key / vk_panel_width() * vk_panel_width() }

  /// Puts the keys and values of a head into the order of a product's weights.
  private func pack(_ operands: borrowing Operands, _ columns: Range<Int>) {
    let (k, v) = (operands.keys, operands.values)
    vk_pack_f32(k.base + columns.lowerBound, k.rows, headSize, k.stride, 1, keys.base)
    vk_pack_f32(v.base + columns.lowerBound, headSize, v.rows, 1, v.stride, values.base)
  }

  /// The softmax of a block of queries, `[rows, keys from the start of the first one's panel]`.
  private func weigh(
    _ queries: MatrixView, _ operands: borrowing Operands, rows: Range<Int>,
    bands: [Range<Int>], slope: Float, shift: Float
  ) {
    let (first, end) = (bands[rows.lowerBound].lowerBound, bands[rows.upperBound - 1].upperBound)
    let start = Self.panelStart(first)
    let width = end - start
    guard first < end else { return }
    vk_gemm_f32(
      queries.rows, width, headSize, queries.base, queries.stride, keys.base + start * headSize,
      nil, 0, scores.base, width)
    let scale = 1 / Float(headSize).squareRoot()
    operands.keyTimes.withUnsafeBufferPointer { times in
      guard let times = times.baseAddress else { return }
      for (index, row) in rows.enumerated() {
        let weights = scores.base + index * width - start
        let band = bands[row]
        (weights + first).update(repeating: 0, count: band.lowerBound - first)
        (weights + band.upperBound).update(repeating: 0, count: end - band.upperBound)
        guard !band.isEmpty else { continue }
        vk_timed_softmax(
          weights + band.lowerBound, times + band.lowerBound, band.count, scale, slope,
          operands.times[row] - shift)
      }
    }
  }

  /// The values of the keys `reached`, weighted by what `weigh` left.
  private func mix(_ reached: Range<Int>, keys count: Int, into output: MatrixView) {
    guard !reached.isEmpty else {
      for row in 0..<output.rows { output.row(row).update(repeating: 0, count: headSize) }
      return
    }
    let panel = vk_panel_width()
    let start = Self.panelStart(reached.lowerBound)
    for column in stride(from: 0, to: headSize, by: panel) {
      vk_gemm_f32(
        output.rows, min(panel, headSize - column), reached.count,
        scores.base + (reached.lowerBound - start), reached.upperBound - start,
        values.base + column * count + reached.lowerBound * panel, nil, 0, output.base + column,
        output.stride)
    }
  }
}
