import CFFmpeg

/// Converts one format of decoded audio to 16 kHz mono float.
struct Resampler: ~Copyable {
  /// Samples a second of the input.
  let rate: Int
  private let context: OpaquePointer
  private let format: Int32
  private var layout: AVChannelLayout
  private let scratch: UnsafeMutableBufferPointer<Float>

  /// Makes a converter for frames like this one; nil when libswresample cannot convert them.
  init?(for frame: borrowing Frame) {
    var layout = AVChannelLayout()
    guard av_channel_layout_copy(&layout, &frame.pointer.pointee.ch_layout) >= 0 else { return nil }
    guard
      let made = Resampler.makeContext(
        layout: layout, format: frame.pointer.pointee.format, rate: frame.sampleRate)
    else {
      av_channel_layout_uninit(&layout)
      return nil
    }
    context = made
    rate = frame.sampleRate
    format = frame.pointer.pointee.format
    self.layout = layout
    scratch = .allocate(capacity: 32_768)
  }

  deinit {
    var freed: OpaquePointer? = context
    swr_free(&freed)
    var layout = layout
    av_channel_layout_uninit(&layout)
    scratch.deallocate()
  }

  /// The converter fits the frame's rate, sample format and channel layout.
  func matches(_ frame: borrowing Frame) -> Bool {
    guard rate == frame.sampleRate, format == frame.pointer.pointee.format else { return false }
    var own = layout
    return av_channel_layout_compare(&own, &frame.pointer.pointee.ch_layout) == 0
  }

  /// Samples at 16 kHz that lie inside the converter: taken in and not yet given out.
  var delay: Int64 { swr_get_delay(context, Int64(deliveredSampleRate)) }

  /// Puts `count` silent input samples into the converter.
  func injectSilence(_ count: Int) {
    if count > 0 { swr_inject_silence(context, Int32(count)) }
  }

  /// Spreads a correction of `delta` output samples over the next `distance`.
  func compensate(_ delta: Int, over distance: Int) {
    swr_set_compensation(context, Int32(delta), Int32(distance))
  }

  /// Converts a frame from input sample `offset` on and hands over what comes out, in pieces.
  func convert(
    _ frame: borrowing Frame, from offset: Int, _ deliver: (UnsafeBufferPointer<Float>) -> Void
  ) {
    let raw = frame.pointer.pointee
    guard let data = raw.extended_data else { return }
    let sample = AVSampleFormat(raw.format)
    let channels = Int(raw.ch_layout.nb_channels)
    let isPlanar = av_sample_fmt_is_planar(sample) != 0
    let skipped = offset * Int(av_get_bytes_per_sample(sample)) * (isPlanar ? 1 : channels)
    withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<UInt8>?.self, capacity: isPlanar ? channels : 1
    ) { planes in
      for plane in planes.indices { planes[plane] = data[plane].map { $0 + skipped } }
      drain(planes.baseAddress, frame.sampleCount - offset, deliver)
    }
  }

  /// Hands over what the converter still holds. It must not be used afterwards.
  func finish(_ deliver: (UnsafeBufferPointer<Float>) -> Void) { drain(nil, 0, deliver) }

  private func drain(
    _ input: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int,
    _ deliver: (UnsafeBufferPointer<Float>) -> Void
  ) {
    var got = viseme_swr_convert(
      context, scratch.baseAddress, Int32(scratch.count), input, Int32(count))
    while got > 0 {
      deliver(UnsafeBufferPointer(rebasing: scratch[..<Int(got)]))
      guard got == scratch.count else { return }
      // No input means "flush" to libswresample; an empty input asks for what is ready.
      got = viseme_swr_convert(context, scratch.baseAddress, Int32(scratch.count), input, 0)
    }
  }
}

extension Resampler {
  private static func makeContext(
    layout: AVChannelLayout, format: Int32, rate: Int
  ) -> OpaquePointer? {
    var source = AVChannelLayout()
    let channels = layout.nb_channels
    if layout.order == AV_CHANNEL_ORDER_UNSPEC {
      av_channel_layout_default(&source, channels)
    } else {
      var own = layout
      guard av_channel_layout_copy(&source, &own) >= 0 else { return nil }
    }
    defer { av_channel_layout_uninit(&source) }
    // A layout that libswresample has no downmix for (many discrete channels) is averaged.
    return context(from: &source, format, rate, weights: nil)
      ?? context(
        from: &source, format, rate,
        weights: [Double](repeating: 1 / Double(channels), count: Int(channels)))
  }

  private static func context(
    from source: inout AVChannelLayout, _ format: Int32, _ rate: Int, weights: [Double]?
  ) -> OpaquePointer? {
    var mono = AVChannelLayout()
    av_channel_layout_default(&mono, 1)
    var made: OpaquePointer?
    let code = swr_alloc_set_opts2(
      &made, &mono, AV_SAMPLE_FMT_FLT, Int32(deliveredSampleRate), &source,
      AVSampleFormat(format), Int32(rate), 0, nil)
    guard code >= 0, let context = made else { return nil }
    // Without this, float codecs would be mixed down 3 dB louder than integer ones.
    av_opt_set_double(UnsafeMutableRawPointer(context), "rematrix_maxval", 1, 0)
    if let weights { swr_set_matrix(context, weights, Int32(weights.count)) }
    guard swr_init(context) >= 0 else {
      swr_free(&made)
      return nil
    }
    return context
  }
}
