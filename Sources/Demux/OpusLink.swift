import CFFmpeg

/// Why audio could not be passed through a codec.
package enum LinkError: Error, Sendable, Hashable {
  /// This FFmpeg was built without the encoder.
  case noEncoder(String)
  case outOfMemory
  /// An FFmpeg function failed with this code.
  case failed(function: String, code: Int32)
}

/// A conference call: audio coded with Opus for speech at a given bit rate and decoded again.
package enum OpusLink {
  /// Bits a second that Opus can be asked for.
  package static let bitRates = 6_000...128_000

  /// Whether this FFmpeg can encode Opus.
  package static var isSupported: Bool {
    FFmpegRuntime.isAvailable && avcodec_find_encoder_by_name(OpusEncoder.name) != nil
  }

  /// Passes audio through.
  ///
  /// - Parameters:
  ///   - samples: mono, 16 kHz, full scale 1.
  ///   - bitRate: bits a second, one of `bitRates`.
  /// - Returns: what is heard at the other end: as many samples, at the same times.
  /// - Throws: why it could not be coded.
  package static func pass(_ samples: [Float], bitRate: Int) throws(LinkError) -> [Float] {
    guard !samples.isEmpty else { return [] }
    let encoder = try OpusEncoder(bitRate: bitRate)
    var receiver = OpusReceiver(decoder: try decoder(for: encoder), frame: try newFrame())
    // Silence after the end pushes the last samples out of both codecs.
    let length = samples.count + encoder.padding + 2 * encoder.frameSize
    let packet = try newPacket()
    for start in stride(from: 0, to: length, by: encoder.frameSize) {
      try encoder.send(samples, from: start)
      while try encoder.receive(packet) {
        try receiver.take(packet)
        packet.unreference()
      }
    }
    receiver.finish()
    return receiver.heard(from: encoder.padding, count: samples.count)
  }

  private static func decoder(
    for encoder: borrowing OpusEncoder
  ) throws(LinkError) -> Decoder {
    do throws(DemuxError) { return try Decoder(fedBy: encoder.context) } catch {
      if case .decoderFailed(_, let code) = error {
        throw .failed(function: "avcodec_open2", code: code)
      }
      throw .outOfMemory
    }
  }

  private static func newFrame() throws(LinkError) -> Frame {
    do throws(DemuxError) { return try Frame() } catch { throw .outOfMemory }
  }

  private static func newPacket() throws(LinkError) -> Packet {
    do throws(DemuxError) { return try Packet() } catch { throw .outOfMemory }
  }
}

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

  /// Encodes one frame from sample `start` on; after the last sample comes silence.
  func send(_ samples: [Float], from start: Int) throws(LinkError) {
    var code = av_frame_make_writable(frame.pointer)
    guard code >= 0 else { throw .failed(function: "av_frame_make_writable", code: code) }
    frame.pointer.pointee.pts = Int64(start)
    frame.pointer.pointee.data.0?.withMemoryRebound(to: Float.self, capacity: frameSize) { target in
      for index in 0..<frameSize {
        target[index] = start + index < samples.count ? samples[start + index] : 0
      }
    }
    code = avcodec_send_frame(context, frame.pointer)
    guard code >= 0 else { throw .failed(function: "avcodec_send_frame", code: code) }
  }

  /// Fetches a packet; false when the encoder needs a frame first.
  func receive(_ packet: borrowing Packet) throws(LinkError) -> Bool {
    let code = avcodec_receive_packet(context, packet.pointer)
    if code == VISEME_AVERROR_EAGAIN || code == VISEME_AVERROR_EOF { return false }
    guard code >= 0 else { throw .failed(function: "avcodec_receive_packet", code: code) }
    return true
  }
}

/// The other end: packets in, 16 kHz out.
private struct OpusReceiver: ~Copyable {
  let decoder: Decoder
  let frame: Frame
  private var resampler: Resampler?
  private var samples: [Float] = []

  init(decoder: consuming Decoder, frame: consuming Frame) {
    self.decoder = decoder
    self.frame = frame
  }

  mutating func take(_ packet: borrowing Packet) throws(LinkError) {
    guard decoder.send(packet) else {
      throw .failed(function: "avcodec_send_packet", code: VISEME_AVERROR_INVALIDDATA)
    }
    while decoder.receive(frame) == .frame {
      if resampler == nil { resampler = Resampler(for: frame) }
      resampler?.convert(frame, from: 0) { mix, _ in samples.append(contentsOf: mix) }
      frame.unreference()
    }
  }

  mutating func finish() {
    resampler?.finish { mix, _ in samples.append(contentsOf: mix) }
  }

  /// `count` samples from `start` on; silence where nothing came.
  func heard(from start: Int, count: Int) -> [Float] {
    let heard = samples.dropFirst(start).prefix(count)
    return heard + [Float](repeating: 0, count: count - heard.count)
  }
}
