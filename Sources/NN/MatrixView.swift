/// A row-major f32 matrix `[rows, columns]` in memory that somebody else owns.
///
/// Rows start `stride` floats apart. They may overlap (`stride < columns`): the windows of a
/// convolution over a sequence `[time, channels]` are such a view, and need no copy.
package struct MatrixView {
  /// First element of the first row.
  package let base: UnsafeMutablePointer<Float>
  /// Number of rows.
  package let rows: Int
  /// Number of columns.
  package let columns: Int
  /// Distance between the starts of neighbouring rows, in floats.
  package let stride: Int

  /// Makes a view of memory at `base`.
  package init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    precondition(rows >= 0 && columns >= 0 && stride >= 0)
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Calls `body` with `values [rows, columns]` as a matrix that is only read; it is valid during
  /// the call.
  package static func reading<Result>(
    _ values: [Float], rows: Int, columns: Int, _ body: (MatrixView) -> Result
  ) -> Result {
    precondition(values.count == rows * columns && !values.isEmpty)
    return values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array without memory") }
      return body(
        MatrixView(
          base: UnsafeMutablePointer(mutating: base), rows: rows, columns: columns,
          stride: columns))
    }
  }

  /// Start of row `index`.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    precondition(index >= 0 && index < rows)
    return base + index * stride
  }

  /// Rows `range` of this matrix.
  package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return MatrixView(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Columns `range` of this matrix.
  package func columns(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return MatrixView(
      base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The windows of a convolution over this sequence `[time, channels]` without padding:
  /// `[(time - kernel) / step + 1, kernel * channels]`, taps in order of time.
  package func windows(kernel: Int, step: Int) -> MatrixView {
    precondition(stride == columns && rows >= kernel, "windows need a dense sequence")
    return MatrixView(
      base: base, rows: (rows - kernel) / step + 1, columns: kernel * columns,
      stride: step * columns)
  }

  /// Number of floats of a dense matrix.
  package var count: Int {
    precondition(stride == columns || rows <= 1, "the matrix is not dense")
    return rows * columns
  }

  /// The values, row by row.
  package func copied() -> [Float] {
    Array(unsafeUninitializedCapacity: rows * columns) { buffer, count in
      for index in 0..<rows {
        _ = buffer[(index * columns)...].initialize(
          fromContentsOf: UnsafeBufferPointer(start: row(index), count: columns))
      }
      count = rows * columns
    }
  }
}
