import CKernels

/// Full softmax attention of one sequence over itself (Vaswani et al. 2017), head by head:
/// `softmax(Q Kᵀ / √headSize) V`.
///
/// f32, or 16-bit integers where the CPU has dot products of them (`vk_self_attention`), or where it has
/// any products of pairs and these are asked for (`vk_pairs_attention`).
package struct MultiHeadAttention: ~Copyable {
  private let heads: Int
  private let headSize: Int
  private let capacity: Int
  private let inPairs: Bool
  private let scratch: FloatBuffer

  /// Attention with `heads` heads of `headSize` values, scratch for sequences of `capacity` rows; `inPairs`
  /// says whether 16-bit integers are enough wherever they are faster.
  package init(heads: Int, headSize: Int, capacity: Int, inPairs: Bool = false) {
    self.heads = heads
    self.headSize = headSize
    self.capacity = capacity
    self.inPairs = inPairs
    scratch = FloatBuffer(
      count: inPairs
        ? vk_pairs_attention_scratch(capacity, headSize)
        : vk_self_attention_scratch(capacity, headSize))
  }

  /// `queries`, `keys`, `values` and `output` are `[time, heads * headSize]`; `output` may be
  /// `queries`.
  package func callAsFunction(
    queries: MatrixView, keys: MatrixView, values: MatrixView, into output: MatrixView
  ) {
    precondition(keys.rows == values.rows && queries.rows == output.rows)
    precondition(keys.rows > 0 && keys.rows <= capacity, "attention scratch too small")
    for matrix in [queries, keys, values, output] {
      precondition(matrix.columns == heads * headSize)
    }
    let attend = inPairs ? vk_pairs_attention : vk_self_attention
    attend(
      vk_rows(queries), vk_rows(keys), vk_rows(values), heads, headSize,
      1 / Float(headSize).squareRoot(), scratch.base, output.base, output.stride)
  }
}

extension vk_rows {
  /// The rows of `matrix`, to be read.
  fileprivate init(_ matrix: MatrixView) {
    self.init(base: matrix.base, rows: matrix.rows, stride: matrix.stride)
  }
}
