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
  /// Moves it by ticks of its stream's time base.
  func delay(by ticks: Int64) {
    if pointer.pointee.pts != VISEME_NOPTS { pointer.pointee.pts &+= ticks }
    if pointer.pointee.dts != VISEME_NOPTS { pointer.pointee.dts &+= ticks }
  }

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

  /// Seconds of a frame of AAC in a stream of frames, by its own header (ISO/IEC 14496-3, 1.A.2.2); nil
  /// for others. libavformat takes the first frame's rate for all.
  func secondsOfADTS(_ codec: AVCodecID) -> Double? {
    guard codec == AV_CODEC_ID_AAC, byteCount > 7, let data = pointer.pointee.data,
      data[0] == 0xFF, data[1] & 0xF6 == 0xF0
    else { return nil }
    let index = Int(data[2] >> 2 & 0xF)
    return index < Self.rates.count ? 1_024 / Double(Self.rates[index]) : nil
  }

  private static let rates = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
  ]

  /// What joined files leave between frames, and is no sound: the first header of a link, which libavformat
  /// takes for a packet of Speex, and of Opus where the links have one serial number (RFC 7845 section 5).
  func isHeader(codec: AVCodecID) -> Bool {
    switch codec {
    case AV_CODEC_ID_SPEEX: begins(with: "Speex   ", at: 0)
    case AV_CODEC_ID_OPUS: begins(with: "OpusHead", at: 0)
    default: false
    }
  }

  /// Leaves out tags of an MP3 before a frame (ID3v1, ID3v2.4 section 3.1); false where no sound is left: a
  /// joined file begins with a frame that holds only its index.
  func dropTags(codec: AVCodecID) -> Bool {
    guard codec == AV_CODEC_ID_MP3 else { return true }
    var start = 0
    if begins(with: "TAG", at: start) { start += 128 }
    if begins(with: "ID3", at: start), start + 10 <= byteCount, let data = pointer.pointee.data {
      start += 10 + (6..<10).reduce(0) { $0 << 7 | Int(data[start + $1] & 0x7F) }
    }
    guard start > 0 else { return true }
    guard start < byteCount else { return false }
    pointer.pointee.data += start
    pointer.pointee.size -= Int32(start)
    return !Self.indexOffsets.contains {
      begins(with: "Xing", at: $0) || begins(with: "Info", at: $0)
    }
  }

  /// Where the index of a frame without sound stands: behind side information of 9, 17 or 32 bytes.
  private static let indexOffsets = [13, 21, 36]

  private func begins(with mark: String, at offset: Int) -> Bool {
    guard let data = pointer.pointee.data, offset + mark.utf8.count <= byteCount else {
      return false
    }
    return zip(mark.utf8, 0...).allSatisfy { data[offset + $1] == $0 }
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
