import Foundation
import Support

/// Bytes that wait on the disk, in a file without a name, until it is known how many there are.
struct ExportSpool: ~Copyable {
  private let file: UnsafeMutablePointer<FILE>
  /// The output that errors name.
  private let path: String
  private var failure: Int32 = 0
  /// Bytes written.
  private(set) var count = 0

  /// Makes the file where the system keeps temporary ones.
  init(for path: String) throws(AtomicFileError) {
    guard let file = tmpfile() else { throw .cannotCreate(path: path, code: errno) }
    self.file = file
    self.path = path
  }

  deinit { fclose(file) }

  /// Adds bytes; a failure is reported by `copy`.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty, failure == 0 else { return }
    if fwrite(base, 1, bytes.count, file) != bytes.count { failure = errno == 0 ? EIO : errno }
    count += bytes.count
  }

  /// Adds zeros.
  mutating func append(zeros: Int) {
    var left = zeros
    let block = [UInt8](repeating: 0, count: min(65_536, max(left, 0)))
    while left > 0 {
      block.withUnsafeBytes { append(UnsafeRawBufferPointer(rebasing: $0.prefix(left))) }
      left -= min(left, block.count)
    }
  }

  /// Copies a range of the bytes to the end of an output.
  func copy(_ range: Range<Int>, to output: inout AtomicFile) throws(AtomicFileError) {
    guard failure == 0 else { throw .writeFailed(path: path, code: failure) }
    guard fflush(file) == 0, fseeko(file, off_t(range.lowerBound), SEEK_SET) == 0 else {
      throw .writeFailed(path: path, code: errno)
    }
    var buffer = [UInt8](repeating: 0, count: min(65_536, range.count))
    var left = range.count
    while left > 0 {
      let got = fread(&buffer, 1, min(left, buffer.count), file)
      guard got > 0 else { throw .writeFailed(path: path, code: EIO) }
      try output.write(bytes: buffer[..<got])
      left -= got
    }
  }
}
