import CFFmpeg

/// Why a drawing cannot be turned into a picture.
package enum PictureError: Error, Sendable, Hashable {
  /// This FFmpeg was built without the SVG decoder (librsvg) or the PNG encoder.
  case unsupported
  case outOfMemory
  /// An FFmpeg function failed; the code is its own.
  case failed(function: String, code: Int32)
}

/// Drawings turned into pixels by FFmpeg's own codecs.
package enum SVGPicture {
  /// Whether this FFmpeg can read SVG and write PNG.
  package static var isSupported: Bool {
    FFmpegRuntime.isAvailable && avcodec_find_decoder(AV_CODEC_ID_SVG) != nil
      && avcodec_find_encoder(AV_CODEC_ID_PNG) != nil
  }

  /// An SVG document drawn at the size that it states, on white, as a PNG file.
  package static func png(_ svg: String) throws(PictureError) -> [UInt8] {
    guard FFmpegRuntime.isAvailable, let reader = avcodec_find_decoder(AV_CODEC_ID_SVG),
      let writer = avcodec_find_encoder(AV_CODEC_ID_PNG)
    else { throw .unsupported }
    let packet = try Self.packet()
    let drawn = try frame()
    let opaque = try frame()
    try fill(packet, with: svg)
    let decoder = try PictureCodec(reader) { _ in }
    try decoder.decode(packet, into: drawn)
    try flatten(drawn, into: opaque)
    let (width, height) = (Int32(opaque.width), Int32(opaque.height))
    let encoder = try PictureCodec(writer) { context in
      context.pointee.width = width
      context.pointee.height = height
      context.pointee.pix_fmt = AV_PIX_FMT_RGB24
      context.pointee.time_base = AVRational(num: 1, den: 25)
    }
    try encoder.encode(opaque, into: packet)
    return [UInt8](
      UnsafeBufferPointer(start: packet.pointer.pointee.data, count: packet.byteCount))
  }

  private static func packet() throws(PictureError) -> Packet {
    do throws(DemuxError) { return try Packet() } catch { throw .outOfMemory }
  }

  private static func frame() throws(PictureError) -> Frame {
    do throws(DemuxError) { return try Frame() } catch { throw .outOfMemory }
  }

  private static func fill(_ packet: borrowing Packet, with text: String) throws(PictureError) {
    let bytes = Array(text.utf8)
    guard av_new_packet(packet.pointer, Int32(clamping: bytes.count)) >= 0,
      let payload = packet.pointer.pointee.data
    else { throw .outOfMemory }
    payload.update(from: bytes, count: packet.byteCount)
  }

  /// Lays pixels of blue, green, red and opacity on white.
  private static func flatten(
    _ source: borrowing Frame, into target: borrowing Frame
  ) throws(PictureError) {
    guard source.pointer.pointee.format == AV_PIX_FMT_BGRA.rawValue,
      let from = source.pointer.pointee.data.0
    else { throw .failed(function: "avcodec_receive_frame", code: VISEME_AVERROR_INVALIDDATA) }
    guard
      target.allocatePicture(
        width: source.width, height: source.height, format: AV_PIX_FMT_RGB24),
      let to = target.pointer.pointee.data.0
    else { throw .outOfMemory }
    for row in 0..<source.height {
      let read = from + row * Int(source.pointer.pointee.linesize.0)
      let write = to + row * Int(target.pointer.pointee.linesize.0)
      for column in 0..<source.width {
        let opacity = Int(read[4 * column + 3])
        for color in 0..<3 {
          let value = Int(read[4 * column + 2 - color]) * opacity + 255 * (255 - opacity)
          write[3 * column + color] = UInt8((value + 127) / 255)
        }
      }
    }
  }
}

/// A decoder or encoder of single pictures.
private struct PictureCodec: ~Copyable {
  private let context: UnsafeMutablePointer<AVCodecContext>

  /// Opens a codec after `configure` has set what it needs.
  init(
    _ codec: UnsafePointer<AVCodec>,
    configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
  ) throws(PictureError) {
    context = try PictureCodec.open(codec, configure)
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  private static func open(
    _ codec: UnsafePointer<AVCodec>, _ configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
  ) throws(PictureError) -> UnsafeMutablePointer<AVCodecContext> {
    guard let made = avcodec_alloc_context3(codec) else { throw .outOfMemory }
    made.pointee.thread_count = 1
    made.pointee.max_pixels = Int64(MediaLimits().pixels)
    configure(made)
    let code = avcodec_open2(made, codec, nil)
    if code >= 0 { return made }
    var freed: UnsafeMutablePointer<AVCodecContext>? = made
    avcodec_free_context(&freed)
    throw .failed(function: "avcodec_open2", code: code)
  }

  /// Decodes the one picture of a packet.
  func decode(_ packet: borrowing Packet, into frame: borrowing Frame) throws(PictureError) {
    try check(avcodec_send_packet(context, packet.pointer), "avcodec_send_packet")
    try check(avcodec_send_packet(context, nil), "avcodec_send_packet")
    try check(avcodec_receive_frame(context, frame.pointer), "avcodec_receive_frame")
    packet.unreference()
  }

  /// Encodes one picture.
  func encode(_ frame: borrowing Frame, into packet: borrowing Packet) throws(PictureError) {
    try check(avcodec_send_frame(context, frame.pointer), "avcodec_send_frame")
    try check(avcodec_send_frame(context, nil), "avcodec_send_frame")
    try check(avcodec_receive_packet(context, packet.pointer), "avcodec_receive_packet")
  }

  private func check(_ code: Int32, _ function: String) throws(PictureError) {
    guard code < 0 else { return }
    throw code == VISEME_AVERROR_ENOMEM ? .outOfMemory : .failed(function: function, code: code)
  }
}
