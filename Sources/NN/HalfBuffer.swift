import CKernels
import Glibc

/// Owner of page-aligned IEEE half-precision numbers: keys and values that are read again for every
/// token, at half the memory and bandwidth of f32 and with a relative error of 2^-11 each.
package struct HalfBuffer: ~Copyable {
  /// The memory; `count` numbers, zero at first.
  package let base: UnsafeMutablePointer<UInt16>
  /// Numbers in the buffer.
  package let count: Int

  /// Maps `count` zeros (at least one, so that `base` is always valid).
  package init(count: Int) {
    self.count = max(count, 1)
    base = mapZeros(count: self.count)
  }

  deinit { unmap(base, count: count) }

  /// Stores `matrix [rows, columns]` from `offset` on, as it is.
  package func store(_ matrix: MatrixView, at offset: Int) {
    precondition(offset >= 0 && offset + matrix.rows * matrix.columns <= count)
    for row in 0..<matrix.rows {
      vk_copy_half(matrix.row(row), matrix.columns, base + offset + row * matrix.columns)
    }
  }

  /// Stores `matrix [rows, columns]` from `offset` on, as `[columns, rows]`.
  package func storeTransposed(_ matrix: MatrixView, at offset: Int) {
    precondition(offset >= 0 && offset + matrix.rows * matrix.columns <= count)
    vk_transpose_half(
      matrix.base, matrix.stride, matrix.rows, matrix.columns, base + offset, matrix.rows)
  }
}
