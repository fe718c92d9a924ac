import CFFmpeg

extension Container {
  /// The time on the container's clock that is 0:00 of the recording, of which it may be a later link.
  var zero: ExactTime { timeZero - (links?[link]?.start ?? .zero) }

  /// The container's start time exactly: what players show as 0:00.
  ///
  /// Streams that start before zero only by their codec's priming samples, which are never heard,
  /// do not count with those.
  var timeZero: ExactTime {
    let start = context.pointee.start_time
    let microseconds = AVRational(num: 1, den: AV_TIME_BASE)
    guard let coarse = ExactTime(start, in: microseconds) else { return .zero }
    let starts = (0..<streamCount).compactMap { index -> ExactTime? in
      guard let stream = stream(index), isHeardOrSeen(stream.pointee) else { return nil }
      return startTime(of: index)
    }
    // The container rounds the earliest of its streams' times to microseconds.
    if hasLeanIndex { return starts.min() ?? coarse }
    guard let earliest = starts.min(), (earliest - coarse).seconds.magnitude < 0.25 else {
      return coarse
    }
    return earliest
  }

  /// Time of a stream's first presented sample or frame on the container's clock.
  func startTime(of index: Int) -> ExactTime? {
    guard let stream = stream(index)?.pointee,
      let stored = ExactTime(stream.start_time, in: stream.time_base)
    else { return nil }
    let start = stored + (ExactTime(leadingPause(index), in: stream.time_base) ?? .zero)
    // The movie's time begins at zero; what lies before was edited out.
    if hasLeanIndex { return max(start, .zero) }
    guard start < .zero, let parameters = stream.codecpar?.pointee, parameters.sample_rate > 0,
      parameters.initial_padding > 0
    else { return start }
    return start + ExactTime(Int64(parameters.initial_padding), per: Int64(parameters.sample_rate))
  }

  private func isHeardOrSeen(_ stream: AVStream) -> Bool {
    guard let type = stream.codecpar?.pointee.codec_type else { return false }
    let isPicture = stream.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    return type == AVMEDIA_TYPE_AUDIO || (type == AVMEDIA_TYPE_VIDEO && !isPicture)
  }

  /// What the container and its first packets tell; its length is measured where they only guess.
  func describe(
    path: String, zero: ExactTime, limits: MediaLimits
  ) throws(DemuxError) -> MediaInfo {
    let known = isOpenEnded ? nil : context.pointee.duration
    let measured =
      needsMeasuring ? try Container.measure(path: path, zero: zero, limits: limits) : nil
    let guess = known.flatMap { $0 > 0 ? Double($0) / Double(AV_TIME_BASE) : nil }
    return MediaInfo(
      container: ContainerFormat.names(context.pointee.iformat),
      duration: measured?.values.max() ?? guess,
      streams: (0..<streamCount).compactMap { describe($0, zero, measured) })
  }

  private func describe(
    _ index: Int, _ zero: ExactTime, _ measured: [Int: Double]?
  ) -> StreamInfo? {
    guard let pointer = stream(index), let parameters = pointer.pointee.codecpar else { return nil }
    let stream = pointer.pointee
    let kind = kind(stream, parameters.pointee)
    let language = metadata(stream, "language")
    return StreamInfo(
      index: index, kind: kind, codec: codecName(parameters),
      language: language == "und" ? nil : language, title: metadata(stream, "title"),
      isDefault: stream.disposition & AV_DISPOSITION_DEFAULT != 0,
      startOffset: startTime(of: index).map { ($0 - zero).seconds },
      duration: measured?[index] ?? (isOpenEnded ? nil : duration(of: stream)),
      audio: kind == .audio
        ? AudioFormat(
          sampleRate: Int(parameters.pointee.sample_rate),
          channels: Int(parameters.pointee.ch_layout.nb_channels),
          layout: layoutName(parameters)) : nil,
      video: kind == .video ? videoFormat(pointer, parameters.pointee) : nil,
      isDecodable: avcodec_find_decoder(parameters.pointee.codec_id) != nil)
  }

  private func layoutName(_ parameters: UnsafeMutablePointer<AVCodecParameters>) -> String? {
    guard parameters.pointee.ch_layout.order != AV_CHANNEL_ORDER_UNSPEC else { return nil }
    var name = [UInt8](repeating: 0, count: 128)
    let length = name.withUnsafeMutableBytes { bytes in
      av_channel_layout_describe(
        &parameters.pointee.ch_layout,
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    guard length > 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func kind(_ stream: AVStream, _ parameters: AVCodecParameters) -> StreamInfo.Kind {
    if stream.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 { return .other }
    return switch parameters.codec_type {
    case AVMEDIA_TYPE_AUDIO: .audio
    case AVMEDIA_TYPE_VIDEO: .video
    case AVMEDIA_TYPE_SUBTITLE: .subtitle
    default: .other
    }
  }

  /// Seconds that a stream lasts, from its header or from Matroska's statistics tags.
  private func duration(of stream: AVStream) -> Double? {
    if stream.duration > 0, let time = ExactTime(stream.duration, in: stream.time_base) {
      return time.seconds
    }
    guard let tag = metadata(stream, "DURATION") else { return nil }
    let fields = tag.split(separator: ":").compactMap { Double($0) }
    return fields.count == 3 ? fields[0] * 3600 + fields[1] * 60 + fields[2] : nil
  }

  private func metadata(_ stream: AVStream, _ key: String) -> String? {
    guard let entry = av_dict_get(stream.metadata, key, nil, 0), let value = entry.pointee.value
    else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  private func videoFormat(
    _ pointer: UnsafeMutablePointer<AVStream>, _ parameters: AVCodecParameters
  ) -> VideoFormat {
    let stream = pointer.pointee
    let rotation = uprightRotation(pointer)
    let isTurned = rotation % 180 != 0
    let (average, real) = (stream.avg_frame_rate, stream.r_frame_rate)
    let rate = average.den > 0 && average.num > 0 ? av_q2d(average) : nil
    let realRate = real.den > 0 && real.num > 0 ? av_q2d(real) : nil
    let aspect = pixelAspect(parameters.sample_aspect_ratio)
    return VideoFormat(
      width: Int(isTurned ? parameters.height : parameters.width),
      height: Int(isTurned ? parameters.width : parameters.height),
      frameRate: rate ?? realRate, rotation: rotation,
      pixelAspect: isTurned ? 1 / aspect : aspect,
      isVariable: rate.flatMap { own in realRate.map { abs($0 - own) > 0.01 * own } } ?? false)
  }

  /// Degrees clockwise, in quarter turns, by which a stream's frames must be turned.
  func uprightRotation(_ stream: UnsafeMutablePointer<AVStream>) -> Int {
    let degrees = viseme_display_rotation(stream)
    guard degrees.isFinite else { return 0 }
    // The matrix says by how much the stored frame is turned counter-clockwise for display.
    return (((-Int((degrees / 90).rounded()) % 4) + 4) % 4) * 90
  }
}

/// Width of a pixel over its height; 1 where the ratio is unknown.
func pixelAspect(_ ratio: AVRational) -> Double {
  ratio.num > 0 && ratio.den > 0 ? av_q2d(ratio) : 1
}
