import CProcess
import Glibc

/// Owner of page-aligned f32 memory: scratch of a network, allocated once and reused.
///
/// Views taken from it must not outlive it; they are made inside the forward pass that owns it.
package struct FloatBuffer: ~Copyable {
  /// The memory; `count` floats, zero at first.
  package let base: UnsafeMutablePointer<Float>
  /// Floats in the buffer.
  package let count: Int

  /// Allocates `count` zeros (at least one, so that `base` is always valid).
  ///
  /// The memory is mapped: a page is only taken when it is touched, and all are given back at
  /// once, whatever the allocator's policy.
  package init(count: Int) {
    self.count = max(count, 1)
    base = mapZeros(count: self.count)
  }

  deinit { unmap(base, count: count) }

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

/// Maps zeroed memory; without memory the program cannot go on.
func mapZeros<Element: BitwiseCopyable>(count: Int) -> UnsafeMutablePointer<Element> {
  let bytes = count * MemoryLayout<Element>.stride
  let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let block, block != MAP_FAILED else { viseme_exit_exhausted("memory") }
  return block.bindMemory(to: Element.self, capacity: count)
}

/// Gives back what `mapZeros` mapped.
func unmap<Element: BitwiseCopyable>(_ base: UnsafeMutablePointer<Element>, count: Int) {
  munmap(base, count * MemoryLayout<Element>.stride)
}
