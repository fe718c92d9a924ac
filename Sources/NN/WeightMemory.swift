import CProcess
import Foundation

/// A piece of memory for packed weights, kept by every copy of this value.
///
/// Pieces are cut from chunks for which the kernel is asked for large pages (madvise(2),
/// MADV_HUGEPAGE): the 27 MB of a recogniser then take a dozen page faults in place of thousands,
/// which are half of the time of loading. A chunk is given back when it has no more room and the last of
/// its pieces goes.
struct WeightMemory {
  /// The memory, aligned to 64 bytes; zero at first.
  let base: UnsafeMutableRawPointer
  private let chunk: Chunk

  /// Takes at least one byte.
  init(bytes: Int) {
    (chunk, base) = OpenChunk.shared.take((max(bytes, 1) + 63) & ~63)
  }
}

/// The chunk that has room.
///
/// `@unchecked Sendable`: `chunk` and what it has given out are touched only under `lock` (one that the
/// thread sanitizer knows).
private final class OpenChunk: @unchecked Sendable {
  static let shared = OpenChunk()

  private let lock = NSLock()
  private var chunk: Chunk?

  /// A piece of `size` bytes, of this chunk, a new one, or one of its own.
  func take(_ size: Int) -> (Chunk, UnsafeMutableRawPointer) {
    lock.withLock {
      if let chunk, let base = chunk.take(size) { return (chunk, base) }
      let made = Chunk(bytes: max(size, Chunk.usual))
      if size < Chunk.usual { chunk = made }
      return (made, made.take(size) ?? made.base)
    }
  }
}

/// Mapped memory that is handed out piece by piece.
///
/// `@unchecked Sendable`: `used` is touched only under the lock of `OpenChunk`; the rest never changes.
private final class Chunk: @unchecked Sendable {
  /// Bytes of one that holds many pieces.
  static let usual = 8 << 20
  private static let page = 2 << 20

  let base: UnsafeMutableRawPointer
  private let bytes: Int
  private let mapped: UnsafeMutableRawPointer
  private let mappedBytes: Int
  private var used = 0

  init(bytes: Int) {
    self.bytes = bytes
    // Room to begin at a large page's boundary; what is not touched is not taken.
    mappedBytes = bytes + Self.page
    let block = mmap(
      nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { viseme_exit_exhausted("memory") }
    mapped = block
    base = block.alignedUp(toMultipleOf: Self.page)
    // Where there are no large pages it does without.
    _ = madvise(base, bytes, MADV_HUGEPAGE)
  }

  deinit { munmap(mapped, mappedBytes) }

  /// The next `size` bytes; nil where there are not as many left.
  func take(_ size: Int) -> UnsafeMutableRawPointer? {
    guard used + size <= bytes else { return nil }
    defer { used += size }
    return base + used
  }
}
