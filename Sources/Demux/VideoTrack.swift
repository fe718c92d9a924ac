import CFFmpeg

/// The selected video stream: packets in, upright pictures with their times out.
final class VideoTrack: DecodedTrack {
  let streamIndex: Int
  private(set) var hasDecoded = false
  private(set) var isDone = false
  private var source: TrackSource
  private var scaler: Scaler
  private let range: Range<ExactTime>
  private let limits: MediaLimits
  /// Time of the frame before, and what a frame lasts on average.
  private var last: ExactTime?
  private let spacing: ExactTime
  private var ready: VideoFrame?

  init(
    _ container: borrowing Container, stream: Int, request: VideoRequest, zero: ExactTime,
    range: Range<ExactTime>, jumps: JumpHistory, limits: MediaLimits
  ) throws(DemuxError) {
    streamIndex = stream
    self.range = range
    self.limits = limits
    source = try TrackSource(container, stream, zero: zero, jumps: jumps, limits: limits)
    let pointer = container.stream(stream)
    let rotation = pointer.map { container.uprightRotation($0) } ?? 0
    scaler = try Scaler(request, rotation: rotation)
    let rate = pointer?.pointee.avg_frame_rate ?? AVRational(num: 25, den: 1)
    spacing =
      rate.num > 0 && rate.den > 0
      ? ExactTime(Int64(rate.den), per: Int64(rate.num)) : ExactTime(1, per: 25)
  }

  var end: Double { source.end }
  var hasJumped: Bool { source.clock.hasJumped }

  func send(_ packet: borrowing Packet, isLast: Bool, _ damage: inout DemuxDamage) {
    if !source.send(packet, isLast: isLast) { damage.corruptVideoPackets += 1 }
  }

  func sendEnd() { source.decoder.sendEnd() }

  func pull(_ damage: inout DemuxDamage) -> Bool {
    switch source.receive() {
    case .needsPacket, .ended: return false
    case .failed: damage.corruptVideoPackets += 1
    case .frame:
      let fits = limits.allow(width: source.frame.width, height: source.frame.height)
      if source.frame.isDamaged || !fits || !place(&damage) { damage.corruptVideoPackets += 1 }
      source.frame.unreference()
    }
    return true
  }

  func finish(_ damage: inout DemuxDamage) {}

  func pop() -> DemuxItem? {
    defer { ready = nil }
    return ready.map { .video($0) }
  }

  /// Makes the picture if its time is wanted; false when it cannot be made.
  private func place(_ damage: inout DemuxDamage) -> Bool {
    let time = time(&damage)
    // Frames come in the order of their times; one that does not is a repetition.
    if let last, time <= last { return true }
    last = time
    hasDecoded = true
    if time >= range.upperBound { isDone = true }
    guard range.contains(time) else { return true }
    ready = scaler.picture(source.frame, at: time.mediaTime)
    return ready != nil
  }

  private func time(_ damage: inout DemuxDamage) -> ExactTime {
    let expected = last.map { $0 + spacing } ?? source.clock.start ?? .zero
    guard let time = source.clock.time(source.frame.timestamp) else { return expected }
    let distance = (time - (last ?? max(range.lowerBound, .zero))).seconds
    let isJump =
      distance > limits.gap || (last != nil && distance < -VideoTrack.longestStepBack)
    guard isJump else { return time }
    source.clock.join(time, at: expected)
    damage.timestampJumps += 1
    return source.clock.time(source.frame.timestamp) ?? expected
  }

  /// Seconds; what goes back further is a jump.
  private static let longestStepBack = 2.0
}
