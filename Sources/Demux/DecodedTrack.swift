import CFFmpeg

/// A selected stream from its packets to the items delivered. Owned by one demuxer.
protocol DecodedTrack: AnyObject {
  /// Index of the stream in the container.
  var streamIndex: Int { get }
  /// Nothing after what was decoded lies in the wanted range.
  var isDone: Bool { get }
  /// A frame was decoded.
  var hasDecoded: Bool { get }
  /// Time up to which packets came, in seconds from time zero.
  var end: Double { get }
  /// A jump in its timestamps was joined on.
  var hasJumped: Bool { get }
  /// Gives a packet to the decoder; `isLast` where the file ends with it.
  func send(_ packet: borrowing Packet, isLast: Bool, _ damage: inout DemuxDamage)
  /// Tells the decoder that no packet follows.
  func sendEnd()
  /// Decodes one frame; false when the decoder needs a packet or has ended.
  func pull(_ damage: inout DemuxDamage) -> Bool
  /// Hands what is left over to `pop`.
  func finish(_ damage: inout DemuxDamage)
  /// The next item that is whole.
  func pop() -> DemuxItem?
}

/// What is common to selected streams.
struct TrackSource: ~Copyable {
  let decoder: Decoder
  let frame: Frame
  var clock: StreamClock
  /// Damage since the last good frame.
  var isAfterDamage = false
  /// Latest end of a packet, in seconds from time zero.
  var end = 0.0
  /// Seconds that the packet last sent lasts, 0 where the container does not tell.
  private(set) var packetSeconds = 0.0
  /// Seconds of pauses that the encoder left out, sent so far and not yet filled.
  var pauses = 0.0
  private let packetBytes: Int
  private let codec: AVCodecID
  /// Every sample has its own bits, so the beginning of a packet is as good as the whole.
  private let isCutAnywhere: Bool
  /// Bytes of a sample of all channels, or of a block of samples coded together.
  private let blockBytes: Int
  /// The packet last sent ends before its time; what cannot be decoded of it is no damage.
  private var isShort = false
  private var failures = 0
  private let isCounted: Bool
  private var firstRate: Int?
  private var isMiscounted = false
  /// Packets of headers that are still to come.
  private var headers = 0

  init(
    _ container: borrowing Container, _ index: Int, zero: ExactTime, jumps: JumpHistory,
    limits: MediaLimits
  ) throws(DemuxError) {
    guard let stream = container.stream(index) else { throw .unknownCodec("none") }
    let decoder = try Decoder(stream: stream, limits: limits)
    frame = try Frame()
    self.decoder = decoder
    clock = StreamClock(
      base: stream.pointee.time_base, zero: zero,
      start: container.startTime(of: index).map { $0 - zero },
      beginsAnew: container.format == "ogg", jumps: jumps)
    isCounted = container.format == "aac"
    packetBytes = limits.packetBytes
    codec = stream.pointee.codecpar?.pointee.codec_id ?? AV_CODEC_ID_NONE
    blockBytes = Int(stream.pointee.codecpar?.pointee.block_align ?? 0)
    // The blocks of the number space for PCM and ADPCM.
    isCutAnywhere = (AV_CODEC_ID_PCM_S16LE.rawValue..<AV_CODEC_ID_AMR_NB.rawValue)
      .contains(codec.rawValue)
  }

  /// Gives the decoder a packet; false when it is damaged. `isLast`: the file ends with it.
  mutating func send(_ packet: borrowing Packet, isLast: Bool) -> Bool {
    packetSeconds = clock.seconds(max(0, packet.pointer.pointee.duration))
    if let time = clock.time(packet.timestamp) { end = max(end, time.seconds + packetSeconds) }
    if packet.isPause(codec: codec) {
      pauses += packetSeconds
      return true
    }
    if isJoint(packet) { return true }
    // Samples that end with the file are short, not damaged. Not every demuxer marks them (AIFF).
    let isPartial = blockBytes > 0 && packet.byteCount % blockBytes != 0
    isShort =
      isCutAnywhere && (isLast && (packet.isCorrupt || isPartial) || packet.byteCount < blockBytes)
    // The last packet may be cut behind some whole frames, which a decoder tells from the broken one.
    let isSound =
      (!packet.isCorrupt || isShort || isLast) && packet.byteCount <= packetBytes
      && decoder.send(packet)
    if !isSound, !isShort { isAfterDamage = true }
    return isSound || isShort
  }

  /// Frames in a stream of frames (ADTS) have no timestamps; libavformat counts them by the first one's rate.
  /// From a frame with another rate on those counts are wrong.
  mutating func distrustCounts() {
    guard isCounted else { return }
    let rate = firstRate ?? frame.sampleRate
    firstRate = rate
    isMiscounted = isMiscounted || frame.sampleRate != rate
    if isMiscounted { frame.dropTimestamp() }
  }

  /// A packet without sound, as files leave it that were joined byte by byte.
  private mutating func isJoint(_ packet: borrowing Packet) -> Bool {
    if packet.isHeader(codec: codec) {
      // A comment follows.
      headers = 2
    }
    if headers > 0 {
      headers -= 1
      return true
    }
    return !packet.dropTags(codec: codec)
  }

  /// Asks the decoder for a frame. Damage is reported as `failed`; after too much of it in a row as
  /// `needsPacket`.
  mutating func receive() -> Decoder.Outcome {
    let outcome = decoder.receive(frame)
    guard outcome == .failed else {
      failures = 0
      return outcome
    }
    if isShort { return .needsPacket }
    isAfterDamage = true
    failures += 1
    guard failures < TrackSource.mostFailures else {
      failures = 0
      return .needsPacket
    }
    return .failed
  }

  /// A decoder that fails so often in a row without a new packet will go on failing.
  private static let mostFailures = 16
}
