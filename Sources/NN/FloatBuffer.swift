/// Owner of 64-byte aligned f32 memory: scratch of a network, allocated once and reused.
///
/// Views taken from it must not outlive it; they are made inside the forward pass that owns it.
package struct FloatBuffer: ~Copyable {
  /// The memory; `count` floats, zero at first.
  package let base: UnsafeMutablePointer<Float>
  /// Floats in the buffer.
  package let count: Int

  /// Allocates `count` zeros (at least one, so that `base` is always valid).
  package init(count: Int) {
    self.count = max(count, 1)
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: self.count * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: self.count)
    base.initialize(repeating: 0, count: self.count)
  }

  deinit { base.deallocate() }

  /// The first `rows * columns` floats as a matrix `[rows, columns]`, from `offset` on.
  package func matrix(_ rows: Int, _ columns: Int, offset: Int = 0) -> MatrixView {
    precondition(offset >= 0 && offset + rows * columns <= count, "scratch too small")
    return MatrixView(base: base + offset, rows: rows, columns: columns, stride: columns)
  }

  /// Makes room for at least `count` floats; what was in the buffer is lost when it grows.
  package mutating func reserve(_ count: Int) {
    if count > self.count { self = FloatBuffer(count: count) }
  }
}
