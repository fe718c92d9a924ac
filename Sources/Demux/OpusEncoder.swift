import CFFmpeg

/// libopus, set to speech, 16 kHz mono.
struct OpusEncoder: ~Copyable {
  static let name = "libopus"

  let context: UnsafeMutablePointer<AVCodecContext>
  private let frame: Frame

  /// Samples in a frame: 20 ms.
  var frameSize: Int { Int(context.pointee.frame_size) }
  /// Samples by which what is decoded comes later.
  var padding: Int { Int(context.pointee.initial_padding) }

  init(bitRate: Int) throws(LinkError) {
    guard FFmpegRuntime.isAvailable, let codec = avcodec_find_encoder_by_name(Self.name) else {
      throw .noEncoder(Self.name)
    }
    let opened = try Self.open(codec, bitRate: bitRate)
    do throws(LinkError) { frame = try Self.frame(for: opened) } catch {
      var freed: UnsafeMutablePointer<AVCodecContext>? = opened
      avcodec_free_context(&freed)
      throw error
    }
    context = opened
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  private static func open(
    _ codec: UnsafePointer<AVCodec>, bitRate: Int
  ) throws(LinkError) -> UnsafeMutablePointer<AVCodecContext> {
    guard let made = avcodec_alloc_context3(codec) else { throw .outOfMemory }
    made.pointee.sample_fmt = AV_SAMPLE_FMT_FLT
    made.pointee.sample_rate = Int32(deliveredSampleRate)
    made.pointee.bit_rate = Int64(bitRate)
    made.pointee.thread_count = 1
    av_channel_layout_default(&made.pointee.ch_layout, 1)
    av_opt_set(made.pointee.priv_data, "application", "voip", 0)
    let code = avcodec_open2(made, codec, nil)
    if code >= 0 { return made }
    var freed: UnsafeMutablePointer<AVCodecContext>? = made
    avcodec_free_context(&freed)
    throw .failed(function: "avcodec_open2", code: code)
  }

  private static func frame(
    for context: UnsafeMutablePointer<AVCodecContext>
  ) throws(LinkError) -> Frame {
    let frame: Frame
    do throws(DemuxError) { frame = try Frame() } catch { throw .outOfMemory }
    frame.pointer.pointee.format = AV_SAMPLE_FMT_FLT.rawValue
    frame.pointer.pointee.sample_rate = context.pointee.sample_rate
    frame.pointer.pointee.nb_samples = context.pointee.frame_size
    var code = av_channel_layout_copy(&frame.pointer.pointee.ch_layout, &context.pointee.ch_layout)
    if code >= 0 { code = av_frame_get_buffer(frame.pointer, 0) }
    guard code >= 0 else { throw .failed(function: "av_frame_get_buffer", code: code) }
    return frame
  }

  /// Encodes the samples of a frame, which begins at `position`. Only the last may have fewer than
  /// `frameSize`.
  func send(_ samples: ArraySlice<Float>, at position: Int64) throws(LinkError) {
    var code = av_frame_make_writable(frame.pointer)
    guard code >= 0 else { throw .failed(function: "av_frame_make_writable", code: code) }
    let count = min(samples.count, frameSize)
    frame.pointer.pointee.pts = position
    frame.pointer.pointee.nb_samples = Int32(count)
    frame.pointer.pointee.data.0?.withMemoryRebound(to: Float.self, capacity: frameSize) { target in
      for (index, sample) in samples.prefix(count).enumerated() { target[index] = sample }
    }
    code = avcodec_send_frame(context, frame.pointer)
    guard code >= 0 else { throw .failed(function: "avcodec_send_frame", code: code) }
  }

  /// Tells the encoder that no frame follows.
  func sendEnd() throws(LinkError) {
    let code = avcodec_send_frame(context, nil)
    guard code >= 0 else { throw .failed(function: "avcodec_send_frame", code: code) }
  }

  /// Fetches a packet; false when the encoder needs a frame first, or has ended.
  func receive(_ packet: borrowing Packet) throws(LinkError) -> Bool {
    let code = avcodec_receive_packet(context, packet.pointer)
    if code == VISEME_AVERROR_EAGAIN || code == VISEME_AVERROR_EOF { return false }
    guard code >= 0 else { throw .failed(function: "avcodec_receive_packet", code: code) }
    return true
  }
}
