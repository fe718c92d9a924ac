import CFFmpeg

/// Turns decoded pictures into upright grey or RGB ones of the size wanted.
struct Scaler: ~Copyable {
  private let request: VideoRequest
  /// Degrees clockwise.
  private let rotation: Int
  private let target: Frame
  private var context: UnsafeMutableRawPointer?
  private var source: Source?
  /// U and V change places on the way, and so do blue and red.
  private var isSwapped = false

  /// What the context was made for.
  private struct Source: Equatable {
    let width: Int
    let height: Int
    let format: Int32
    let colorspace: Int32
    let isFullRange: Bool
    let aspect: Double
    /// U and V lie in planes of their own.
    let hasPlanes: Bool
  }

  init(_ request: VideoRequest, rotation: Int) throws(DemuxError) {
    self.request = request
    self.rotation = rotation
    target = try Frame()
  }

  deinit { viseme_sws_free(context) }

  /// The picture of a frame; nil when it cannot be converted.
  mutating func picture(_ frame: borrowing Frame, at time: MediaTime) -> VideoFrame? {
    guard prepare(for: frame) else { return nil }
    let (width, height) = (target.width, target.height)
    let isTurned = rotation % 180 != 0
    guard let bytes = rotation == 0 ? scaledBytes(frame) : turnedBytes(frame) else { return nil }
    return VideoFrame(
      time: time, width: isTurned ? height : width, height: isTurned ? width : height,
      format: request.format, bytes: bytes)
  }

  private mutating func prepare(for frame: borrowing Frame) -> Bool {
    let raw = frame.pointer.pointee
    let format = AVPixelFormat(raw.format)
    let isJPEG = [
      AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P,
      AV_PIX_FMT_YUVJ411P,
    ].contains(format)
    let isUntold = raw.colorspace == AVCOL_SPC_UNSPECIFIED
    // Untold, high definition is BT.709 and standard definition BT.601, as players take it.
    let untold = frame.height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
    let wanted = Source(
      width: frame.width, height: frame.height, format: raw.format,
      colorspace: Int32((isUntold ? untold : raw.colorspace).rawValue),
      isFullRange: isJPEG || raw.color_range == AVCOL_RANGE_JPEG,
      aspect: pixelAspect(raw.sample_aspect_ratio),
      hasPlanes: [
        AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P,
        AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ444P,
      ].contains(format))
    if wanted == source { return true }
    viseme_sws_free(context)
    context = nil
    source = nil
    let size = size(of: wanted)
    let isSmaller = size.width < wanted.width || size.height < wanted.height
    // Where it changes sizes, libswscale has SIMD for BGR, none for RGB.
    isSwapped = wanted.hasPlanes && isSmaller
    let output =
      request.format == .gray8
      ? AV_PIX_FMT_GRAY8 : isSwapped ? AV_PIX_FMT_BGR24 : AV_PIX_FMT_RGB24
    context = viseme_sws_create(
      Int32(wanted.width), Int32(wanted.height), wanted.format, wanted.colorspace,
      wanted.isFullRange ? 1 : 0, isSwapped ? 1 : 0, Int32(size.width), Int32(size.height),
      output.rawValue, isSmaller ? Int32(SWS_AREA) : Int32(SWS_BILINEAR))
    guard context != nil,
      target.allocatePicture(width: size.width, height: size.height, format: output)
    else { return false }
    source = wanted
    return true
  }

  /// Size of the scaled picture before it is turned.
  private func size(of source: Source) -> (width: Int, height: Int) {
    guard case .fit(let width, let height) = request.size else {
      return (source.width, source.height)
    }
    let (shown, tall) = (Double(source.width) * source.aspect, Double(source.height))
    let isTurned = rotation % 180 != 0
    let bounds = (Double(isTurned ? height : width), Double(isTurned ? width : height))
    let scale = min(1, bounds.0 / shown, bounds.1 / tall)
    return (max(1, Int((shown * scale).rounded())), max(1, Int((tall * scale).rounded())))
  }

  /// Bytes that a scaler may write behind the last row.
  private static let slack = 64

  /// Rows tightly packed.
  private func scaledBytes(_ frame: borrowing Frame) -> [UInt8]? {
    let row = target.width * request.format.bytesPerPixel
    // Rows that are not aligned are scaled elsewhere first.
    guard row % Self.slack == 0 else { return turnedBytes(frame) }
    let count = row * target.height
    let bytes = [UInt8](unsafeUninitializedCapacity: count + Self.slack) { buffer, initialized in
      guard let base = buffer.baseAddress, scale(frame, into: base, stride: row) else { return }
      initialized = count
    }
    return bytes.isEmpty ? nil : bytes
  }

  /// Rows tightly packed and turned upright.
  private func turnedBytes(_ frame: borrowing Frame) -> [UInt8]? {
    let (width, height) = (target.width, target.height)
    let stride = Int(target.pointer.pointee.linesize.0)
    guard let rows = target.pointer.pointee.data.0, scale(frame, into: rows, stride: stride) else {
      return nil
    }
    let size = request.format.bytesPerPixel
    let count = width * height * size
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let bytes = buffer.baseAddress else { return }
      if rotation == 0 {
        for row in 0..<height {
          (bytes + row * width * size).update(from: rows + row * stride, count: width * size)
        }
      } else {
        turn(rows, stride: stride, width: width, height: height, into: bytes)
      }
      initialized = count
    }
  }

  private func scale(
    _ frame: borrowing Frame, into rows: UnsafeMutablePointer<UInt8>, stride: Int
  ) -> Bool {
    viseme_sws_scale(context, frame.pointer, isSwapped ? 1 : 0, rows, Int32(stride))
      == target.height
  }

  private func turn(
    _ rows: UnsafeMutablePointer<UInt8>, stride: Int, width: Int, height: Int,
    into bytes: UnsafeMutablePointer<UInt8>
  ) {
    let size = request.format.bytesPerPixel
    // Source offset of the upright picture's first pixel, and the steps right and down from it.
    let (first, right, down) =
      switch rotation {
      case 90: ((height - 1) * stride, -stride, size)
      case 180: ((height - 1) * stride + (width - 1) * size, -size, -stride)
      default: ((width - 1) * size, stride, -size)
      }
    let (across, tall) = rotation == 180 ? (width, height) : (height, width)
    var written = bytes
    for y in 0..<tall {
      var read = rows + first + y * down
      for _ in 0..<across {
        for byte in 0..<size { written[byte] = read[byte] }
        written += size
        read += right
      }
    }
  }
}
