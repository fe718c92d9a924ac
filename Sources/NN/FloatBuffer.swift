import Glibc

/// Owner of 64-byte aligned f32 memory: scratch of a network, allocated once and reused.
///
/// Views taken from it must not outlive it; they are made inside the forward pass that owns it.
package struct FloatBuffer: ~Copyable {
  /// The memory; `count` floats, zero at first.
  package let base: UnsafeMutablePointer<Float>
  /// Floats in the buffer.
  package let count: Int
  private let block: UnsafeMutableRawPointer

  /// Allocates `count` zeros (at least one, so that `base` is always valid).
  ///
  /// The zeros come from `calloc`, so that the pages of a large buffer are only taken when they
  /// are touched.
  package init(count: Int) {
    self.count = max(count, 1)
    let bytes = self.count * MemoryLayout<Float>.stride
    guard let block = calloc(bytes + Self.alignment, 1) else {
      fatalError("out of memory: \(bytes) bytes of scratch")
    }
    self.block = block
    base = block.alignedUp(toMultipleOf: Self.alignment)
      .bindMemory(to: Float.self, capacity: self.count)
  }

  deinit { free(block) }

  /// A cache line, and the widest vector.
  private static let alignment = 64

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
