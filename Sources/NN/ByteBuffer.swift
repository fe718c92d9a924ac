import Glibc

/// Owner of mapped bytes, zero at first; a page is only taken when it is touched.
package struct ByteBuffer: ~Copyable {
  private static let hugePage = 2 << 20

  /// The memory, at the start of a page; `count` bytes.
  package let base: UnsafeMutablePointer<UInt8>
  /// Bytes in the buffer.
  package let count: Int
  private let mapping: UnsafeMutablePointer<UInt8>
  private let margin: Int

  /// Maps `count` zeros (at least one, so that `base` is always valid).
  ///
  /// `inHugePages` asks the system for pages of 2 MB, where it has them: memory that is read through
  /// again and again then needs far fewer translations of addresses.
  package init(count: Int, inHugePages: Bool = false) {
    self.count = max(count, 1)
    margin = inHugePages ? Self.hugePage : 0
    mapping = mapZeros(count: self.count + margin)
    guard inHugePages else {
      base = mapping
      return
    }
    let misalignment = Int(bitPattern: mapping) % Self.hugePage
    base = misalignment == 0 ? mapping : mapping + (Self.hugePage - misalignment)
    // Only advice: without huge pages everything works, a little slower.
    madvise(base, self.count, MADV_HUGEPAGE)
  }

  deinit { unmap(mapping, count: count + margin) }
}
