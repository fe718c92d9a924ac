import CKernels

/// Full softmax attention of one sequence over itself (Vaswani et al. 2017), head by head:
/// `softmax(scale * Q Kᵀ) V`.
///
/// Keys and values of a head are packed once for the matrix kernel; queries go in blocks, so that
/// the scores of a long sequence stay in the cache.
package struct MultiHeadAttention: ~Copyable {
  private static let block = 64
  private let heads: Int
  private let headSize: Int
  private var keys: FloatBuffer
  private var values: FloatBuffer
  private var scores: FloatBuffer

  /// Attention with `heads` heads of `headSize` values, scratch for sequences of `capacity` rows.
  package init(heads: Int, headSize: Int, capacity: Int) {
    self.heads = heads
    self.headSize = headSize
    keys = FloatBuffer(count: vk_packed_count(capacity, headSize))
    values = FloatBuffer(count: vk_packed_count(headSize, capacity))
    scores = FloatBuffer(count: Self.block * capacity)
  }

  /// `queries`, `keys`, `values` and `output` are `[time, heads * headSize]`.
  package mutating func callAsFunction(
    queries: MatrixView, keys: MatrixView, values: MatrixView, into output: MatrixView
  ) {
    let scale = 1 / Float(headSize).squareRoot()
    for head in 0..<heads {
      let columns = head * headSize..<(head + 1) * headSize
      pack(keys: keys.columns(columns), values: values.columns(columns))
      for start in stride(from: 0, to: queries.rows, by: Self.block) {
        let rows = start..<min(start + Self.block, queries.rows)
        attend(
          queries: queries.columns(columns).rows(rows), length: keys.rows, scale: scale,
          into: output.columns(columns).rows(rows))
      }
    }
  }

  private func pack(keys head: MatrixView, values: MatrixView) {
    vk_pack_f32(head.base, head.rows, headSize, head.stride, 1, keys.base)
    vk_pack_f32(values.base, headSize, values.rows, 1, values.stride, self.values.base)
  }

  /// One block of queries of one head over `length` packed keys and values.
  private func attend(queries: MatrixView, length: Int, scale: Float, into output: MatrixView) {
    let scores = scores.matrix(queries.rows, length)
    vk_gemm_f32(
      queries.rows, length, headSize, queries.base, queries.stride, keys.base, nil, 0, scores.base,
      scores.stride)
    for row in 0..<queries.rows { vk_softmax(scores.row(row), length, scale) }
    vk_gemm_f32(
      queries.rows, headSize, length, scores.base, scores.stride, values.base, nil, 0, output.base,
      output.stride)
  }
}
