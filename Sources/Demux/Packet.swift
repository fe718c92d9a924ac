import CFFmpeg

/// One packet, reused from read to read.
struct Packet: ~Copyable {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() throws(DemuxError) {
    guard let made = av_packet_alloc() else { throw .outOfMemory }
    pointer = made
  }

  deinit {
    var freed: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&freed)
  }

  var streamIndex: Int { Int(pointer.pointee.stream_index) }
  var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
  var byteCount: Int { Int(pointer.pointee.size) }

  /// First time that the packet covers, in its stream's time base; `VISEME_NOPTS` without one.
  var timestamp: Int64 {
    let packet = pointer.pointee
    return packet.pts == VISEME_NOPTS ? packet.dts : packet.pts
  }

  /// Drops the payload.
  func unreference() { av_packet_unref(pointer) }
}
