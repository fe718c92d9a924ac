import CFFmpeg
import Glibc

/// The bytes of an input file as libavformat reads them. libavformat itself opens nothing.
struct ByteStream: ~Copyable {
  let file: InputFile
  let context: UnsafeMutablePointer<AVIOContext>
  private let cursor: UnsafeMutablePointer<Cursor>

  /// Where reading has got to; reached by the callbacks through their opaque pointer.
  struct Cursor {
    let descriptor: Int32
    let size: Int64?
    /// The part of the file that is read; nil for all of it.
    let part: Range<Int64>?
    var position: Int64 = 0
    /// `errno` of a failed read, 0 while none failed.
    var failure: Int32 = 0
    /// The file's first bytes.
    var head: [UInt8] = []
    /// How many of them are kept at most.
    static let headLength = 16
    /// Bytes that libavformat is to see in place of the file's.
    let patches: [Patch]
  }

  /// Bytes to be seen at an offset.
  struct Patch: Sendable, Equatable {
    let offset: Int64
    let bytes: [UInt8]
  }

  private static let bufferBytes = 65_536

  init(file: consuming InputFile, patches: [Patch] = []) throws(DemuxError) {
    let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
    cursor.initialize(
      to: Cursor(descriptor: file.descriptor, size: file.size, part: file.part, patches: patches))
    let buffer = av_malloc(ByteStream.bufferBytes)?.assumingMemoryBound(to: UInt8.self)
    let made = avio_alloc_context(
      buffer, Int32(ByteStream.bufferBytes), 0, cursor, readBytes, nil,
      file.size == nil ? nil : seekBytes)
    guard buffer != nil, let made else {
      av_free(buffer)
      cursor.deinitialize(count: 1)
      cursor.deallocate()
      throw .outOfMemory
    }
    made.pointee.seekable = file.size == nil ? 0 : AVIO_SEEKABLE_NORMAL
    self.file = file
    self.cursor = cursor
    context = made
  }

  deinit {
    av_freep(&context.pointee.buffer)
    var freed: UnsafeMutablePointer<AVIOContext>? = context
    avio_context_free(&freed)
    cursor.deinitialize(count: 1)
    cursor.deallocate()
  }

  /// `errno` of a read that failed; nil while none did.
  var failure: Int32? { cursor.pointee.failure == 0 ? nil : cursor.pointee.failure }
  /// The file's first three bytes, once they were read.
  var head: [UInt8] { cursor.pointee.head }
}

private func readBytes(
  _ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int32
) -> Int32 {
  guard let cursor = opaque?.assumingMemoryBound(to: ByteStream.Cursor.self), let buffer else {
    return VISEME_AVERROR_EPERM
  }
  let start = cursor.pointee.part?.lowerBound ?? 0
  let rest = cursor.pointee.part.map { Int64($0.count) - cursor.pointee.position } ?? Int64(count)
  guard rest > 0 else { return VISEME_AVERROR_EOF }
  let count = min(Int64(count), rest)
  var got: Int
  repeat {
    got =
      cursor.pointee.size == nil
      ? read(cursor.pointee.descriptor, buffer, Int(count))
      : pread(cursor.pointee.descriptor, buffer, Int(count), off_t(start + cursor.pointee.position))
  } while got < 0 && errno == EINTR
  guard got >= 0 else {
    cursor.pointee.failure = errno
    return -cursor.pointee.failure
  }
  if cursor.pointee.position == 0, cursor.pointee.head.isEmpty {
    let count = min(got, ByteStream.Cursor.headLength)
    cursor.pointee.head = Array(UnsafeBufferPointer(start: buffer, count: count))
  }
  for patch in cursor.pointee.patches {
    let start = patch.offset - cursor.pointee.position
    for (index, byte) in patch.bytes.enumerated() where 0..<Int64(got) ~= start + Int64(index) {
      buffer[Int(start) + index] = byte
    }
  }
  cursor.pointee.position += Int64(got)
  return got == 0 ? VISEME_AVERROR_EOF : Int32(got)
}

private func seekBytes(
  _ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32
) -> Int64 {
  guard let cursor = opaque?.assumingMemoryBound(to: ByteStream.Cursor.self),
    let size = cursor.pointee.size
  else { return Int64(VISEME_AVERROR_EPERM) }
  let origin: Int64
  switch whence & ~AVSEEK_FORCE {
  case AVSEEK_SIZE: return size
  case SEEK_SET: origin = 0
  case SEEK_CUR: origin = cursor.pointee.position
  case SEEK_END: origin = size
  default: return Int64(-EINVAL)
  }
  let (target, overflow) = origin.addingReportingOverflow(offset)
  guard !overflow, target >= 0 else { return Int64(-EINVAL) }
  cursor.pointee.position = target
  return target
}
