import Support
import Glibc

/// A recording opened for reading: a regular file, or a pipe ("-" is the standard input).
struct InputFile: ~Copyable {
  let descriptor: Int32
  /// Bytes in a regular file, or in the part of it that is read; nil for a pipe.
  private(set) var size: Int64?
  /// The part of a regular file that is read; nil for all of it.
  private(set) var part: Range<Int64>?

  init(path: String) throws(DemuxError) {
    (descriptor, size) = try InputFile.open(path)
    part = nil
  }

  deinit { close(descriptor) }

  private static func open(_ path: String) throws(DemuxError) -> (Int32, Int64?) {
    let opened = path == "-" ? dup(STDIN_FILENO) : Glibc.open(path.fileBytes, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: throw .notFound
      case EACCES, EPERM: throw .permissionDenied
      default: throw .openFailed(errno)
      }
    }
    do throws(DemuxError) { return (opened, try size(of: opened)) } catch {
      close(opened)
      throw error
    }
  }

  private static func size(of descriptor: Int32) throws(DemuxError) -> Int64? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .openFailed(errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard status.st_size > 0 else { throw .empty }
      return Int64(status.st_size)
    case S_IFIFO: return nil
    case S_IFDIR: throw .isDirectory
    default: throw .notAFile
    }
  }

  /// Reads only a part of a regular file from now on, as if there were nothing else.
  mutating func narrow(to part: Range<Int64>) {
    self.part = part
    size = Int64(part.count)
  }

  /// Bytes at an offset of a regular file; fewer where the file ends.
  borrowing func bytes(at offset: Int64, count: Int) -> [UInt8] {
    guard size != nil, offset >= 0 else { return [] }
    let rest = part.map { Int64($0.count) - offset } ?? Int64(count)
    guard rest > 0 else { return [] }
    let (start, count) = (part?.lowerBound ?? 0, min(count, Int(rest)))
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let got = pread(descriptor, buffer.baseAddress, count, off_t(start + offset))
      initialized = max(0, got)
    }
  }
}
