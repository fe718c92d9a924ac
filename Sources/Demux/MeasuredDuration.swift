import CFFmpeg

// How long a recording is whose container only guesses.
extension Container {
  /// The container tells no length, or guesses it from its bit rate, or tells that of one of several
  /// parts; and it can be read through to measure it. Where there is a picture that takes too long.
  var needsMeasuring: Bool {
    guard isSeekable, !hasPicture else { return false }
    let isGuess = context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
    // A transport stream may be several, one after the other, of which libavformat tells the last.
    return context.pointee.duration <= 0 || isGuess || isLaterPart || format == "mpegts"
      || links != nil
  }

  /// A pipe whose header stands for "until the end".
  var isOpenEnded: Bool {
    guard !isSeekable, format == "wav", let parameters = stream(0)?.pointee.codecpar?.pointee,
      let duration = stream(0).flatMap({ ExactTime($0.pointee.duration, in: $0.pointee.time_base) })
    else { return false }
    let bytes = duration.seconds * Double(parameters.bit_rate) / 8
    return bytes < 4.5e9 && SampleExtent.isOpenEnded(Int64(bytes))
  }

  private var hasPicture: Bool {
    (0..<streamCount).contains { index in
      guard let stream = stream(index)?.pointee else { return false }
      return stream.codecpar?.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        && stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
  }

  /// Seconds from time zero to the end of each audio stream: the packets of each, added up, with the gaps
  /// between them.
  static func measure(
    path: String, zero: ExactTime, limits: MediaLimits
  ) throws(DemuxError) -> [Int: Double] {
    let container = try Container.open(path: path, video: false, limits: limits)
    let packet = try Packet()
    var lengths: [Int: MeasuredLength] = [:]
    var failures = 0
    for index in 0..<container.streamCount {
      guard let stream = container.stream(index) else { continue }
      if stream.pointee.codecpar?.pointee.codec_type == AVMEDIA_TYPE_AUDIO {
        lengths[index] = MeasuredLength(stream, format: container.format)
      } else {
        container.discard(index)
      }
    }
    // The granule positions of a chained Ogg file tell its length.
    while container.links == nil, failures < mostFailures {
      switch try container.read(packet) {
      case .ended: failures = mostFailures
      case .damaged: failures += 1
      case .packet:
        failures = 0
        lengths[packet.streamIndex]?.add(packet)
      }
    }
    var ends: [Int: Double] = [:]
    for (index, length) in lengths {
      let seconds = container.links?.seconds ?? length.seconds
      guard seconds > 0 else { continue }
      let start = container.startTime(of: index).map { ($0 - zero).seconds } ?? 0
      ends[index] = max(0, start) + seconds
    }
    return ends
  }

  private static let mostFailures = 256
}

/// How long a stream is by its packets.
private struct MeasuredLength {
  private(set) var seconds = 0.0
  private let base: AVRational
  private let codec: AVCodecID
  /// Timestamps tell gaps; those of the other formats measured are counted or begin anew.
  private let hasTimes: Bool
  /// Where the last packet ended, on the container's clock.
  private var last: Double?
  private var isUntold = false

  /// A step of timestamps that is no jitter, and the longest that is a gap.
  private static let gaps = 0.5...21_600.0
  /// No packet is longer; a duration beyond is that of a clock that began anew.
  private static let longestPacket = 60.0

  init(_ stream: UnsafeMutablePointer<AVStream>, format: String) {
    base = stream.pointee.time_base
    codec = stream.pointee.codecpar?.pointee.codec_id ?? AV_CODEC_ID_NONE
    hasTimes = format == "mpegts"
  }

  mutating func add(_ packet: borrowing Packet) {
    let ticks = Double(max(0, packet.pointer.pointee.duration)) * av_q2d(base)
    let length = packet.secondsOfADTS(codec) ?? (ticks <= Self.longestPacket ? ticks : 0)
    let time = packet.timestamp == VISEME_NOPTS ? nil : Double(packet.timestamp) * av_q2d(base)
    if hasTimes, let time, let last {
      // A packet that does not say how long it lasts does so until the next.
      let step = time - last
      if Self.gaps.contains(step) || (isUntold && (0...0.5).contains(step)) { seconds += step }
    }
    isUntold = length == 0
    seconds += length
    last = (time ?? last).map { $0 + length }
  }
}
