import CFFmpeg

/// Converts one format of decoded audio to 16 kHz mono float, and where it has several channels, to
/// the channels themselves beside it.
struct Resampler: ~Copyable {
  /// Samples a second of the input.
  let rate: Int
  /// Weight of each channel in the mix; nil of a single channel, and where they are not known.
  let weights: [Float]?
  private let context: OpaquePointer
  /// Makes the channels; nil where `weights` is.
  private let parts: ChannelConverter?
  private let format: Int32
  private var layout: AVChannelLayout
  private let scratch: UnsafeMutableBufferPointer<Float>

  /// Makes a converter for frames like this one; nil when libswresample cannot convert them.
  init?(for frame: borrowing Frame) {
    var layout = AVChannelLayout()
    guard av_channel_layout_copy(&layout, &frame.pointer.pointee.ch_layout) >= 0 else { return nil }
    let format = frame.pointer.pointee.format
    guard
      let made = Resampler.makeContext(layout: layout, format: format, rate: frame.sampleRate)
    else {
      av_channel_layout_uninit(&layout)
      return nil
    }
    context = made.context
    let parts =
      made.weights == nil
      ? nil
      : ChannelConverter(
        channels: frame.channels, format: format, rate: frame.sampleRate, room: Resampler.room)
    weights = parts == nil ? nil : made.weights
    self.parts = parts
    rate = frame.sampleRate
    self.format = format
    self.layout = layout
    scratch = .allocate(capacity: Resampler.room)
  }

  /// Samples that come out at once at most.
  private static let room = 32_768

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
    guard count > 0 else { return }
    swr_inject_silence(context, Int32(count))
    parts?.injectSilence(count)
  }

  /// Spreads a correction of `delta` output samples over the next `distance`.
  func compensate(_ delta: Int, over distance: Int) {
    swr_set_compensation(context, Int32(delta), Int32(distance))
    parts?.compensate(delta, over: distance)
  }

  /// What comes out: the mix, and the channels that it was made of where there are several.
  typealias Delivery = (UnsafeBufferPointer<Float>, ChannelSamples?) -> Void

  /// Converts a frame from input sample `offset` on and hands over what comes out, in pieces.
  func convert(_ frame: borrowing Frame, from offset: Int, _ deliver: Delivery) {
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
  func finish(_ deliver: Delivery) { drain(nil, 0, deliver) }

  private func drain(
    _ input: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int,
    _ deliver: Delivery
  ) {
    var (input, count) = (input, Int32(count))
    while true {
      let got = viseme_swr_convert(
        context, scratch.baseAddress, Int32(scratch.count), input, count)
      // Of the same input the same number of samples comes out.
      let channels = parts?.convert(input, count)
      guard got > 0 else { return }
      let mix = UnsafeBufferPointer(rebasing: scratch[..<Int(got)])
      deliver(mix, channels?.count == Int(got) ? channels : nil)
      guard got == scratch.count else { return }
      // No input means "flush" to libswresample; an empty input asks for what is ready.
      count = 0
    }
  }
}

/// Converts the channels of decoded audio to 16 kHz float, each by itself.
struct ChannelConverter: ~Copyable {
  private let context: OpaquePointer
  private let room: Int
  private let planes: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>?>

  /// A converter for so many channels; nil when libswresample cannot convert them. At most `room`
  /// samples come out at once.
  init?(channels: Int, format: Int32, rate: Int, room: Int) {
    // Without places there is nothing to mix.
    var layout = AVChannelLayout()
    layout.order = AV_CHANNEL_ORDER_UNSPEC
    layout.nb_channels = Int32(channels)
    var out = layout
    var made: OpaquePointer?
    let code = swr_alloc_set_opts2(
      &made, &out, AV_SAMPLE_FMT_FLTP, Int32(deliveredSampleRate), &layout,
      AVSampleFormat(format), Int32(rate), 0, nil)
    guard code >= 0, let context = made else { return nil }
    guard swr_init(context) >= 0 else {
      swr_free(&made)
      return nil
    }
    self.context = context
    self.room = room
    planes = .allocate(capacity: channels)
    for channel in 0..<channels {
      planes.initializeElement(at: channel, to: .allocate(capacity: room))
    }
  }

  deinit {
    var freed: OpaquePointer? = context
    swr_free(&freed)
    for plane in planes { plane?.deallocate() }
    planes.deallocate()
  }

  /// As the resampler's, so that both stay together.
  func injectSilence(_ count: Int) { swr_inject_silence(context, Int32(count)) }

  /// As the resampler's, so that both stay together.
  func compensate(_ delta: Int, over distance: Int) {
    swr_set_compensation(context, Int32(delta), Int32(distance))
  }

  /// Converts as `viseme_swr_convert` does; what comes is valid until the next call.
  func convert(
    _ input: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int32
  ) -> ChannelSamples? {
    guard let start = planes.baseAddress else { return nil }
    let got = viseme_swr_convert_planes(context, start, Int32(room), input, count)
    return got > 0 ? ChannelSamples(start: start, channels: planes.count, count: Int(got)) : nil
  }
}

extension Resampler {
  private static func makeContext(
    layout: AVChannelLayout, format: Int32, rate: Int
  ) -> (context: OpaquePointer, weights: [Float]?)? {
    var source = AVChannelLayout()
    let channels = layout.nb_channels
    if layout.order == AV_CHANNEL_ORDER_UNSPEC {
      av_channel_layout_default(&source, channels)
    } else {
      var own = layout
      guard av_channel_layout_copy(&source, &own) >= 0 else { return nil }
    }
    defer { av_channel_layout_uninit(&source) }
    let mix = ChannelMix(layout)
    if mix.weights == nil, let made = context(from: &source, format, rate, weights: nil) {
      let weights = channels > 1 ? ChannelMix.standard(&source) : nil
      return (made, weights?.map { Float($0) })
    }
    // So is a layout that libswresample has no downmix for.
    let weights = mix.weights ?? ChannelMix.even(Int(channels))
    guard let made = context(from: &source, format, rate, weights: weights) else { return nil }
    return (made, channels > 1 ? weights.map { Float($0) } : nil)
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
