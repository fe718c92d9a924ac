import CFFmpeg

// How long a recording is whose container only guesses.
extension Container {
  /// The container tells no length, or guesses it from its bit rate, or tells that of one of several
  /// parts; and it can be read through to measure it. Where there is a picture that takes too long.
  var needsMeasuring: Bool {
    guard isSeekable, !hasPicture else { return false }
    let isGuess = context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
    return context.pointee.duration <= 0 || isGuess || isLaterPart
      || (format == "ogg" && isChained)
  }

  /// A pipe whose header stands for "until the end".
  var isOpenEnded: Bool {
    guard !isSeekable, format == "wav", let parameters = stream(0)?.pointee.codecpar?.pointee,
      let duration = stream(0).flatMap({ ExactTime($0.pointee.duration, in: $0.pointee.time_base) })
    else { return false }
    let bytes = duration.seconds * Double(parameters.bit_rate) / 8
    return bytes < 4.5e9 && WaveLayout.isOpenEnded(Int64(bytes))
  }

  private var hasPicture: Bool {
    (0..<streamCount).contains { index in
      guard let stream = stream(index)?.pointee else { return false }
      return stream.codecpar?.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        && stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
  }

  /// Seconds from time zero to the end of each audio stream: the packets of each, added up.
  static func measure(
    path: String, zero: ExactTime, limits: MediaLimits
  ) throws(DemuxError) -> [Int: Double] {
    let container = try Container.open(path: path, video: false, limits: limits)
    let packet = try Packet()
    var lengths: [Int: Double] = [:]
    var failures = 0
    for index in 0..<container.streamCount {
      let type = container.stream(index)?.pointee.codecpar?.pointee.codec_type
      if type != AVMEDIA_TYPE_AUDIO { container.discard(index) }
    }
    while failures < mostFailures {
      switch try container.read(packet) {
      case .ended: failures = mostFailures
      case .damaged: failures += 1
      case .packet:
        failures = 0
        guard let stream = container.stream(packet.streamIndex) else { continue }
        let ticks = max(0, packet.pointer.pointee.duration)
        lengths[packet.streamIndex, default: 0] += Double(ticks) * av_q2d(stream.pointee.time_base)
      }
    }
    var ends: [Int: Double] = [:]
    for (index, length) in lengths where length > 0 {
      let start = container.startTime(of: index).map { ($0 - zero).seconds } ?? 0
      ends[index] = max(0, start) + length
    }
    return ends
  }

  private static let mostFailures = 256

  /// A page that begins a stream follows pages that do not (RFC 3533, section 4): several recordings
  /// one after the other.
  private var isChained: Bool {
    var offset: Int64 = 0
    var hasContent = false
    while true {
      let header = stream.file.bytes(at: offset, count: 27)
      guard header.count == 27, header.starts(with: "OggS".utf8) else { return false }
      let begins = header[5] & 2 != 0
      if begins, hasContent { return true }
      hasContent = hasContent || !begins
      let lacing = stream.file.bytes(at: offset + 27, count: Int(header[26]))
      offset += 27 + Int64(lacing.count) + lacing.reduce(0) { $0 + Int64($1) }
    }
  }
}
