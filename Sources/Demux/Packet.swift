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
  /// Comfort noise or nothing at all in place of speech: a pause that an AMR encoder left out.
  func isPause(codec: AVCodecID) -> Bool {
    guard byteCount > 0, let first = pointer.pointee.data?.pointee else { return false }
    // Frame type, 3GPP TS 26.101 and 26.201: silence descriptors, and "no data".
    let kind = (first >> 3) & 0xF
    switch codec {
    case AV_CODEC_ID_AMR_NB: return (8...11).contains(kind) || kind == 15
    case AV_CODEC_ID_AMR_WB: return kind == 9 || kind == 15
    default: return false
    }
  }

  var byteCount: Int { Int(pointer.pointee.size) }

  /// First time that the packet covers, in its stream's time base; `VISEME_NOPTS` without one.
  var timestamp: Int64 {
    let packet = pointer.pointee
    return packet.pts == VISEME_NOPTS ? packet.dts : packet.pts
  }

  /// Drops the payload.
  func unreference() { av_packet_unref(pointer) }
}
