import CFFmpeg

/// A decoder for one stream.
struct Decoder: ~Copyable {
  let context: UnsafeMutablePointer<AVCodecContext>

  /// What came of asking for a frame.
  enum Outcome { case frame, needsPacket, ended, failed }

  /// Opens the decoder of a stream; single-threaded, so that parallelism stays with the stages.
  init(stream: UnsafeMutablePointer<AVStream>, limits: MediaLimits) throws(DemuxError) {
    guard let parameters = stream.pointee.codecpar else { throw .unknownCodec("none") }
    context = try Decoder.open(
      parameters, timeBase: stream.pointee.time_base, pixels: Int64(limits.pixels))
  }

  /// Opens the decoder for what an audio encoder makes; all samples come out, those that the encoder
  /// put in front included.
  init(fedBy encoder: UnsafeMutablePointer<AVCodecContext>) throws(DemuxError) {
    guard let parameters = avcodec_parameters_alloc() else { throw .outOfMemory }
    defer {
      var freed: UnsafeMutablePointer<AVCodecParameters>? = parameters
      avcodec_parameters_free(&freed)
    }
    guard avcodec_parameters_from_context(parameters, encoder) >= 0 else { throw .outOfMemory }
    context = try Decoder.open(
      parameters, timeBase: encoder.pointee.time_base, pixels: 0,
      flags: AV_CODEC_FLAG2_SKIP_MANUAL)
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  private static func open(
    _ parameters: UnsafeMutablePointer<AVCodecParameters>, timeBase: AVRational, pixels: Int64,
    flags: Int32 = 0
  ) throws(DemuxError) -> UnsafeMutablePointer<AVCodecContext> {
    guard let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
      throw .unknownCodec(codecName(parameters))
    }
    guard let made = avcodec_alloc_context3(codec) else { throw .outOfMemory }
    var code = avcodec_parameters_to_context(made, parameters)
    if code >= 0 {
      made.pointee.pkt_timebase = timeBase
      made.pointee.thread_count = 1
      made.pointee.max_pixels = pixels
      made.pointee.flags2 |= flags
      // A damaged frame is better missing than loud: silence takes its place.
      made.pointee.err_recognition |= AV_EF_CRCCHECK
      code = avcodec_open2(made, codec, nil)
    }
    if code >= 0 { return made }
    var freed: UnsafeMutablePointer<AVCodecContext>? = made
    avcodec_free_context(&freed)
    throw .decoderFailed(codec: codecName(parameters), code: code)
  }

  /// Gives the decoder a packet; false when it refused it as damaged.
  func send(_ packet: borrowing Packet) -> Bool {
    let code = avcodec_send_packet(context, packet.pointer)
    return code >= 0 || code == VISEME_AVERROR_EAGAIN || code == VISEME_AVERROR_EOF
  }

  /// Tells the decoder that no packet follows.
  func sendEnd() { avcodec_send_packet(context, nil) }

  /// Fetches the next frame.
  func receive(_ frame: borrowing Frame) -> Outcome {
    switch avcodec_receive_frame(context, frame.pointer) {
    case 0...: .frame
    case VISEME_AVERROR_EAGAIN: .needsPacket
    case VISEME_AVERROR_EOF: .ended
    default: .failed
    }
  }
}

/// The codec's short name, or its four-character tag where FFmpeg does not know it.
func codecName(_ parameters: UnsafeMutablePointer<AVCodecParameters>) -> String {
  let tag = parameters.pointee.codec_tag
  if parameters.pointee.codec_id == AV_CODEC_ID_NONE, tag != 0 {
    let letters = (0..<4).map { UInt8(truncatingIfNeeded: tag >> (8 * $0)) }
    if letters.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      return String(decoding: letters, as: UTF8.self)
    }
    return "0x" + String(tag, radix: 16)
  }
  return avcodec_get_name(parameters.pointee.codec_id).map { String(cString: $0) } ?? "unknown"
}
