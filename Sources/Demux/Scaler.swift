import CFFmpeg

/// Turns decoded pictures into upright grey or RGB ones of the size wanted.
struct Scaler: ~Copyable {
  private let request: VideoRequest
  /// Degrees clockwise.
  private let rotation: Int
  private let target: Frame
  private var context: UnsafeMutableRawPointer?
  private var source: Source?

  /// What the context was made for.
  private struct Source: Equatable {
    let width: Int
    let height: Int
    let format: Int32
    let colorspace: Int32
    let isFullRange: Bool
    let aspect: Double
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
    guard viseme_sws_scale(context, frame.pointer, target.pointer) == height,
      let rows = target.pointer.pointee.data.0
    else { return nil }
    let isTurned = rotation % 180 != 0
    let bytes = uprightBytes(
      rows, stride: Int(target.pointer.pointee.linesize.0), width: width, height: height)
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
      aspect: pixelAspect(raw.sample_aspect_ratio))
    if wanted == source { return true }
    viseme_sws_free(context)
    context = nil
    source = nil
    let size = size(of: wanted)
    let output = request.format == .gray8 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24
    let isSmaller = size.width < wanted.width || size.height < wanted.height
    context = viseme_sws_create(
      Int32(wanted.width), Int32(wanted.height), wanted.format, wanted.colorspace,
      wanted.isFullRange ? 1 : 0, Int32(size.width), Int32(size.height), output.rawValue,
      isSmaller ? Int32(SWS_AREA) : Int32(SWS_BILINEAR))
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

  /// Rows tightly packed and turned upright.
  private func uprightBytes(
    _ rows: UnsafeMutablePointer<UInt8>, stride: Int, width: Int, height: Int
  ) -> [UInt8] {
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
