import CFFmpeg

/// An Ogg file in the making (RFC 3533; Opus in it by RFC 7845): packets in, bytes out. The same packets
/// give the same bytes.
struct OggWriter: ~Copyable {
  private let context: UnsafeMutablePointer<AVFormatContext>
  /// Time base of the packets that come in.
  private let base: AVRational
  /// Destroyed after `context`, which writes to it.
  private let output: MuxedBytes

  static let name = "ogg"

  /// Begins a file of what `encoder` makes.
  init(_ encoder: borrowing OpusEncoder) throws(LinkError) {
    let output = try MuxedBytes()
    context = try Self.open(encoder.context, output)
    base = encoder.context.pointee.time_base
    self.output = output
  }

  deinit { avformat_free_context(context) }

  private static func open(
    _ encoder: UnsafeMutablePointer<AVCodecContext>, _ output: borrowing MuxedBytes
  ) throws(LinkError) -> UnsafeMutablePointer<AVFormatContext> {
    guard let format = av_guess_format(name, nil, nil) else { throw .noMuxer(name) }
    guard let made = avformat_alloc_context() else { throw .outOfMemory }
    made.pointee.oformat = format
    made.pointee.pb = output.context
    // The serial number would be drawn by chance.
    made.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
    do throws(LinkError) { try begin(made, encoder) } catch {
      avformat_free_context(made)
      throw error
    }
    return made
  }

  private static func begin(
    _ context: UnsafeMutablePointer<AVFormatContext>,
    _ encoder: UnsafeMutablePointer<AVCodecContext>
  ) throws(LinkError) {
    guard let stream = avformat_new_stream(context, nil) else { throw .outOfMemory }
    var code = avcodec_parameters_from_context(stream.pointee.codecpar, encoder)
    guard code >= 0 else { throw .failed(function: "avcodec_parameters_from_context", code: code) }
    stream.pointee.time_base = encoder.pointee.time_base
    code = avformat_write_header(context, nil)
    guard code >= 0 else { throw .failed(function: "avformat_write_header", code: code) }
  }

  /// Adds a packet; its times become those of the file.
  func write(_ packet: borrowing Packet) throws(LinkError) {
    guard let stream = context.pointee.streams[0] else { throw .outOfMemory }
    packet.pointer.pointee.stream_index = 0
    av_packet_rescale_ts(packet.pointer, base, stream.pointee.time_base)
    let code = av_write_frame(context, packet.pointer)
    guard code >= 0 else { throw .failed(function: "av_write_frame", code: code) }
  }

  /// Writes what is still held. Nothing may be written afterwards.
  func finish() throws(LinkError) {
    let code = av_write_trailer(context)
    guard code >= 0 else { throw .failed(function: "av_write_trailer", code: code) }
  }

  /// Bytes that are ready.
  var count: Int { output.count }
  /// Those bytes; they are the caller's from now on.
  func take() -> [UInt8] { output.take() }
}

/// What a muxer has written, in memory. It cannot go back.
private struct MuxedBytes: ~Copyable {
  let context: UnsafeMutablePointer<AVIOContext>
  /// Reached by the callback through its opaque pointer.
  private let bytes: UnsafeMutablePointer<[UInt8]>

  private static let bufferBytes = 16_384

  init() throws(LinkError) {
    let bytes = UnsafeMutablePointer<[UInt8]>.allocate(capacity: 1)
    bytes.initialize(to: [])
    let buffer = av_malloc(Self.bufferBytes)?.assumingMemoryBound(to: UInt8.self)
    let made = viseme_avio_output(buffer, Int32(Self.bufferBytes), bytes) { opaque, data, count in
      guard let opaque, let data, count >= 0 else { return VISEME_AVERROR_EPERM }
      opaque.assumingMemoryBound(to: [UInt8].self).pointee
        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
      return count
    }
    guard buffer != nil, let made else {
      av_free(buffer)
      bytes.deinitialize(count: 1)
      bytes.deallocate()
      throw .outOfMemory
    }
    self.bytes = bytes
    context = made
  }

  deinit {
    av_freep(&context.pointee.buffer)
    var freed: UnsafeMutablePointer<AVIOContext>? = context
    avio_context_free(&freed)
    bytes.deinitialize(count: 1)
    bytes.deallocate()
  }

  var count: Int { bytes.pointee.count }

  func take() -> [UInt8] {
    defer { bytes.pointee = [] }
    return bytes.pointee
  }
}
