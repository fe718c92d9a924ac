import Support
import Glibc

/// A recording opened for reading: a regular file, or a pipe ("-" is the standard input).
struct InputFile: ~Copyable {
  let descriptor: Int32
  /// Bytes in a regular file; nil for a pipe.
  let size: Int64?

  init(path: String) throws(DemuxError) {
    (descriptor, size) = try InputFile.open(path)
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

  /// Bytes at an offset of a regular file; fewer where the file ends.
  borrowing func bytes(at offset: Int64, count: Int) -> [UInt8] {
    guard size != nil, offset >= 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let got = pread(descriptor, buffer.baseAddress, count, off_t(offset))
      initialized = max(0, got)
    }
  }
}
