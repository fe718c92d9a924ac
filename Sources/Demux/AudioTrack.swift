import CFFmpeg

/// One audio track: packets in, contiguous blocks of 16 kHz mono out, each sample at its time.
final class AudioTrack: DecodedTrack {
  let streamIndex: Int
  private(set) var hasDecoded = false
  private(set) var isDone = false
  private var source: TrackSource
  private var rule: ClockRule
  /// Frames whose place is not known yet.
  private var held = HeldFrames()
  /// Samples at 16 kHz of all frames so far.
  private var decoded = 0.0
  private let placer: SamplePlacer
  private var grid: FrameGrid
  private let limits: MediaLimits
  /// Packets that end before this are not decoded: only pre-roll for the decoder is.
  private let decodeFrom: Double
  /// Samples of silence inserted so far.
  private var silence: Int64 = 0
  /// Where the first frame begins if it follows the packets before, of which the decoder made nothing.
  private var lead: ExactTime?
  /// The next frame is the first of a link of a chained file.
  private var beginsLink = false

  /// Seconds decoded ahead of the start, for codecs whose frames depend on those before.
  static let preRoll = 1.0

  init(
    _ container: borrowing Container, stream: Int, ordinal: Int, zero: ExactTime,
    lanes: (count: Int, isGated: Bool)? = nil, range: Range<ExactTime>, jumps: JumpHistory,
    limits: MediaLimits
  ) throws(DemuxError) {
    streamIndex = stream
    self.limits = limits
    source = try TrackSource(container, stream, zero: zero, jumps: jumps, limits: limits)
    let bounds =
      range.lowerBound.ceiling(
        at: deliveredSampleRate)..<range.upperBound
      .ceiling(at: deliveredSampleRate)
    // Where reading starts in the middle, a gap over the start is silence as anywhere else.
    let isCut = range.lowerBound > .zero
    let begin = isCut ? source.clock.start?.ceiling(at: deliveredSampleRate) : nil
    placer = SamplePlacer(
      BlockAssembler(track: ordinal, range: bounds, start: begin),
      apart: lanes.map {
        ChannelLanes(
          track: ordinal, count: $0.count, range: bounds, start: begin, isGated: $0.isGated)
      })
    decodeFrom = isCut ? range.lowerBound.seconds - AudioTrack.preRoll : -.infinity
    rule = ClockRule(longestGap: Int64(limits.gap * Double(deliveredSampleRate)))
    grid = FrameGrid(container.stream(stream), start: source.clock.start)
  }

  var end: Double {
    max(source.end, Double(placer.expected ?? 0) / Double(deliveredSampleRate))
  }

  var hasJumped: Bool { source.clock.hasJumped }

  func send(_ packet: borrowing Packet, isLast: Bool, _ damage: inout DemuxDamage) {
    if let time = source.clock.time(packet.timestamp),
      time.seconds + source.clock.seconds(packet.pointer.pointee.duration) < decodeFrom
    {
      return
    }
    if decoded == 0 {
      let before = lead.flatMap { lead in
        ExactTime(seconds: source.packetSeconds).map { lead + $0 }
      }
      lead = before ?? source.clock.time(packet.timestamp)
    }
    if !source.send(packet, isLast: isLast) { damage.corruptPackets += 1 }
  }

  func sendEnd() { source.decoder.sendEnd() }

  func pull(_ damage: inout DemuxDamage) -> Bool {
    switch source.receive() {
    case .needsPacket, .ended: return false
    case .failed: damage.corruptPackets += 1
    case .frame:
      if source.frame.isDamaged || !isWithinLimits {
        damage.corruptPackets += 1
        source.isAfterDamage = true
      } else {
        source.distrustCounts()
        take(&damage)
        source.isAfterDamage = false
      }
      source.frame.unreference()
    }
    return true
  }

  /// Goes on with the next link of a chained Ogg file, which has a setup and a clock of its own.
  func goOn(in container: borrowing Container, _ damage: inout DemuxDamage) throws(DemuxError) {
    placeHeld(&damage, isLast: true)
    source = try TrackSource(
      container, streamIndex, zero: container.zero, jumps: JumpHistory(), limits: limits)
    grid = FrameGrid(container.stream(streamIndex), start: source.clock.start)
    rule = ClockRule(longestGap: rule.longestGap)
    decoded = 0
    lead = nil
    beginsLink = true
  }

  func finish(_ damage: inout DemuxDamage) {
    placeHeld(&damage, isLast: true)
    placer.finish()
    damage.oppositePhase += placer.oppositePhase
  }

  func pop() -> DemuxItem? { placer.pop().map { .audio($0) } }

  private var isWithinLimits: Bool {
    limits.sampleRates.contains(source.frame.sampleRate)
      && (1...limits.channels).contains(source.frame.channels) && source.frame.sampleCount > 0
  }
}

// Placing decoded frames in time.
extension AudioTrack {
  /// Places the frame just decoded, or holds it until it is known where it belongs.
  private func take(_ damage: inout DemuxDamage) {
    let stamp = stamp()
    decoded += stamp.length
    if held.isEmpty, placeAtOnce(stamp, source.packetSeconds, &damage) { return }
    do throws(DemuxError) {
      held.append(
        try HeldFrames.Held(
          taking: source.frame, stamp: stamp, packetSeconds: source.packetSeconds))
    } catch {
      damage.corruptPackets += 1
      return
    }
    placeHeld(&damage, isLast: false)
  }

  private func stamp() -> FrameStamp {
    let frame = source.frame.pointer.pointee
    let rate = Double(deliveredSampleRate)
    let time = ExactTime(source.frame.timestamp, in: source.clock.base)
    return FrameStamp(
      offset: time.map { $0.seconds * rate - decoded },
      length: Double(frame.nb_samples) * rate / Double(frame.sample_rate),
      isAfterDamage: source.isAfterDamage)
  }

  /// Places held frames from the first on, as far as they can be judged.
  private func placeHeld(_ damage: inout DemuxDamage, isLast: Bool) {
    while let first = held.first {
      source.frame.unreference()
      av_frame_ref(source.frame.pointer, first.frame.pointer)
      if !placeAtOnce(first.stamp, first.packetSeconds, &damage) {
        guard isLast || held.isFull else { return }
        placeByOthers(first.stamp, first.packetSeconds, &damage)
      }
      held.removeFirst()
    }
  }

  /// Places the current frame by its own timestamp; false where that alone does not tell its place.
  private func placeAtOnce(
    _ stamp: FrameStamp, _ packetSeconds: Double, _ damage: inout DemuxDamage
  ) -> Bool {
    guard placer.prepare(for: source.frame) else {
      damage.corruptPackets += 1
      return true
    }
    let time = source.clock.time(source.frame.timestamp)
    defer { beginsLink = false }
    if let expected = placer.expected, beginsLink {
      if let time {
        source.clock.join(time, at: ExactTime(expected, per: Int64(deliveredSampleRate)))
      }
      apply(.inOrder, time, packetSeconds, &damage)
      rule.begin(stamp)
    } else if let expected = placer.expected {
      let difference = (time?.nearest(at: deliveredSampleRate) ?? expected) - expected
      guard let verdict = rule.judge(stamp, difference: difference) else { return false }
      apply(verdict, time, packetSeconds, &damage)
    } else if comesLate(time) {
      return false
    } else {
      placeFirst(at: time, packetSeconds, &damage)
      rule.begin(stamp)
    }
    noteEnd(time)
    return true
  }

  /// A first frame whose timestamp leaves a gap after packets of which the decoder made nothing.
  private func comesLate(_ time: ExactTime?) -> Bool {
    guard decodeFrom == -.infinity, let time, let lead else { return false }
    return time.nearest(at: deliveredSampleRate) - lead.nearest(at: deliveredSampleRate)
      > ClockRule.tolerance
  }

  /// Places the current frame, the first of those held, by all of them.
  private func placeByOthers(
    _ stamp: FrameStamp, _ packetSeconds: Double, _ damage: inout DemuxDamage
  ) {
    guard let expected = placer.expected else {
      // It was stamped on arrival, or there is a gap indeed.
      let isUneven = FrameStamp.fall(held.stamps) > Double(ClockRule.tolerance)
      let time = isUneven ? lead : source.clock.time(source.frame.timestamp)
      placeFirst(at: time, packetSeconds, &damage)
      rule.begin(stamp)
      noteEnd(time)
      return
    }
    let joint = ExactTime(expected, per: Int64(deliveredSampleRate))
    var time = source.clock.time(source.frame.timestamp) ?? joint
    var verdict = judge(time, expected)
    if verdict == .jump {
      source.clock.join(time, at: joint)
      if !source.clock.beginsAnew { damage.timestampJumps += 1 }
      time = source.clock.time(source.frame.timestamp) ?? joint
      verdict = judge(time, expected)
    }
    apply(verdict, time, packetSeconds, &damage)
    noteEnd(time)
  }

  private func judge(_ time: ExactTime, _ expected: Int64) -> ClockRule.Verdict {
    rule.judge(
      held.stamps, difference: time.nearest(at: deliveredSampleRate) - expected,
      budget: Int64(limits.silence * Double(deliveredSampleRate)) - silence)
  }

  private func apply(
    _ verdict: ClockRule.Verdict, _ time: ExactTime?, _ packetSeconds: Double,
    _ damage: inout DemuxDamage
  ) {
    switch verdict {
    case .inOrder, .jump: placer.follow(source.frame)
    case .stretch(let correction):
      placer.follow(source.frame)
      placer.stretch(correction, over: DriftRule.stretchDistance)
    case .gap(let samples):
      let place = place(after: samples, time, packetSeconds)
      let count = placer.putSilence(before: source.frame, at: place)
      silence += count
      let seconds = Double(count) / Double(deliveredSampleRate)
      // A pause that an encoder left out is nothing missing.
      let pause = min(seconds, source.pauses)
      source.pauses -= pause
      damage.insertedSilence += seconds - pause
    case .overlap(let samples): trim(samples, &damage)
    }
    hasDecoded = true
    if placer.isFull { isDone = true }
  }

  /// Where a frame begins that follows a gap of `samples`, or stands where its timestamp says.
  private func place(
    after samples: Int64?, _ time: ExactTime?, _ packetSeconds: Double
  ) -> ExactTime {
    let expected = placer.expected ?? 0
    guard let time, samples == nil else {
      return ExactTime(expected + (samples ?? 0), per: Int64(deliveredSampleRate))
    }
    return grid.snapped(time, source.frame, duration: packetSeconds)
  }

  /// A first timestamp far outside the recording is no timestamp.
  private func placeFirst(
    at raw: ExactTime?, _ packetSeconds: Double, _ damage: inout DemuxDamage
  ) {
    var time = raw ?? source.clock.start ?? .zero
    let longest = max(0, Double(placer.range.lowerBound) / Double(deliveredSampleRate)) + limits.gap
    if time.seconds > longest || time.seconds < -limits.gap {
      source.clock.join(time, at: .zero)
      damage.timestampJumps += 1
      time = .zero
    }
    placer.begin(
      source.frame, at: grid.snapped(time, source.frame, duration: packetSeconds))
    hasDecoded = true
    if placer.isFull { isDone = true }
  }

  /// Leaves out samples that were heard already.
  private func trim(_ samples: Int64, _ damage: inout DemuxDamage) {
    let count = min(
      Int(samples) * source.frame.sampleRate / deliveredSampleRate, source.frame.sampleCount)
    damage.trimmedOverlap += Double(count) / Double(source.frame.sampleRate)
    if count < source.frame.sampleCount { placer.follow(source.frame, from: count) }
  }

  /// Nothing after a frame at or after the end of the wanted range is wanted.
  private func noteEnd(_ time: ExactTime?) {
    if let time, time.ceiling(at: deliveredSampleRate) >= placer.range.upperBound { isDone = true }
  }
}
