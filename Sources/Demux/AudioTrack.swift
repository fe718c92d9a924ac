import CFFmpeg

/// One audio track: packets in, contiguous blocks of 16 kHz mono out, each sample at its time.
final class AudioTrack: DecodedTrack {
  let streamIndex: Int
  private(set) var hasDecoded = false
  private(set) var isDone = false
  private var source: TrackSource
  private var resampler: Resampler?
  /// Position of the next sample to come out of the resampler.
  private var output: Int64 = 0
  private var rule: GapRule
  private var blocks: BlockAssembler
  private let grid: FrameGrid
  private let limits: MediaLimits
  /// Packets that end before this are not decoded: only pre-roll for the decoder is.
  private let decodeFrom: Double
  /// Samples of silence inserted so far.
  private var silence: Int64 = 0
  /// What comes out of the resampler before this position is its lead-in.
  private var firstKept = Int64.min
  /// The resampler in use has been given its place on the grid of output samples.
  private var isAnchored = false
  /// Keeps channels from cancelling each other; nil of a single channel.
  private var phase: PhaseGuard?
  /// The channels, where each is delivered by itself; `blocks` then only keeps count.
  private var apart: ChannelLanes?
  /// Samples that guards before this one replaced.
  private var replaced: Int64 = 0
  /// Samples were placed, so there is an `output` to go on from.
  private var hasOutput = false

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
    blocks = BlockAssembler(track: ordinal, range: bounds, start: begin)
    apart = lanes.map {
      ChannelLanes(
        track: ordinal, count: $0.count, range: bounds, start: begin, isGated: $0.isGated)
    }
    decodeFrom = isCut ? range.lowerBound.seconds - AudioTrack.preRoll : -.infinity
    rule = GapRule(longestGap: Int64(limits.gap * Double(deliveredSampleRate)))
    grid = FrameGrid(container.stream(stream), start: source.clock.start)
  }

  var end: Double { source.end }
  var oppositePhase: Double {
    Double(replaced + (phase?.replaced ?? 0)) / Double(deliveredSampleRate)
  }

  func send(_ packet: borrowing Packet, _ damage: inout DemuxDamage) {
    if let time = source.clock.time(packet.timestamp),
      time.seconds + source.clock.seconds(packet.pointer.pointee.duration) < decodeFrom
    {
      return
    }
    if !source.send(packet) { damage.corruptPackets += 1 }
  }

  func sendEnd() { source.decoder.sendEnd() }

  func pull(_ damage: inout DemuxDamage) -> Bool {
    switch source.receive() {
    case .needsPacket, .ended: return false
    case .failed: damage.corruptPackets += 1
    case .frame:
      if source.frame.isDamaged || !isWithinLimits || !prepareResampler() {
        damage.corruptPackets += 1
        source.isAfterDamage = true
      } else {
        place(&damage)
        source.isAfterDamage = false
        hasDecoded = true
      }
      source.frame.unreference()
    }
    return true
  }

  func finish() {
    finishResampler()
    blocks.flush()
    apart?.finish()
  }

  func pop() -> DemuxItem? {
    guard apart != nil else { return blocks.pop().map { .audio($0) } }
    while blocks.pop() != nil {}
    return apart?.pop().map { .audio($0) }
  }

  private var isWithinLimits: Bool {
    limits.sampleRates.contains(source.frame.sampleRate)
      && (1...limits.channels).contains(source.frame.channels) && source.frame.sampleCount > 0
  }

  /// Drops a resampler made for another format; false when the frame's cannot be converted.
  private func prepareResampler() -> Bool {
    if resampler?.matches(source.frame) ?? false { return true }
    guard let fresh = Resampler(for: source.frame) else { return false }
    let expected = expectedSample
    finishResampler()
    if phase?.weights != fresh.weights {
      replaced += phase?.replaced ?? 0
      phase = fresh.weights.map { PhaseGuard(weights: $0) }
    }
    resampler = consume fresh
    isAnchored = false
    if let expected { output = max(output, expected) }
    return true
  }

  /// Position at which the current frame's first sample would come out if it followed on.
  private var expectedSample: Int64? {
    guard hasOutput else { return nil }
    return isAnchored ? output + (resampler?.delay ?? 0) : output
  }
}

// Placing decoded frames in time.
extension AudioTrack {
  private func place(_ damage: inout DemuxDamage) {
    let raw = source.clock.time(source.frame.timestamp)
    guard let expected = expectedSample else { return placeFirst(at: raw, &damage) }
    var time = raw ?? ExactTime(expected, per: Int64(deliveredSampleRate))
    var verdict = judge(time, expected)
    if verdict == .jump {
      let joint = ExactTime(expected, per: Int64(deliveredSampleRate))
      source.clock.join(time, at: joint)
      damage.timestampJumps += 1
      time = source.clock.time(source.frame.timestamp) ?? joint
      verdict = judge(time, expected)
    }
    switch verdict {
    case .inOrder, .jump: follow(expected)
    case .stretch(let correction):
      follow(expected)
      resampler?.compensate(correction, over: GapRule.stretchDistance)
    case .gap:
      let exact = snapped(time)
      finishResampler()
      let count = blocks.silence(to: exact.nearest(at: deliveredSampleRate))
      apart?.silence(to: exact.nearest(at: deliveredSampleRate))
      silence += count
      damage.insertedSilence += Double(count) / Double(deliveredSampleRate)
      if prepareResampler() { begin(at: exact) }
      rule.reset()
    case .overlap(let samples): trim(samples, expected, &damage)
    }
    if time.ceiling(at: deliveredSampleRate) >= blocks.range.upperBound { isDone = true }
  }

  private func snapped(_ time: ExactTime) -> ExactTime {
    grid.snapped(time, source.frame, duration: source.packetSeconds)
  }

  private func judge(_ time: ExactTime, _ expected: Int64) -> GapRule.Verdict {
    let difference = time.nearest(at: deliveredSampleRate) - expected
    let length = Int64(source.frame.sampleCount * deliveredSampleRate / source.frame.sampleRate)
    let budget = Int64(limits.silence * Double(deliveredSampleRate)) - silence
    if difference > GapRule.tolerance, difference > budget { return .jump }
    return rule.judge(
      difference: difference, length: length, afterDamage: source.isAfterDamage)
  }

  /// A first timestamp far outside the recording is no timestamp.
  private func placeFirst(at raw: ExactTime?, _ damage: inout DemuxDamage) {
    var time = raw ?? source.clock.start ?? .zero
    let longest = max(0, Double(blocks.range.lowerBound) / Double(deliveredSampleRate)) + limits.gap
    if time.seconds > longest || time.seconds < -limits.gap {
      source.clock.join(time, at: .zero)
      damage.timestampJumps += 1
      time = .zero
    }
    begin(at: snapped(time))
    if time.ceiling(at: deliveredSampleRate) >= blocks.range.upperBound { isDone = true }
  }

  private func follow(_ expected: Int64) {
    if isAnchored {
      convert(from: 0)
    } else {
      begin(at: ExactTime(expected, per: Int64(deliveredSampleRate)))
    }
  }

  /// Leaves out samples that were heard already.
  private func trim(_ samples: Int64, _ expected: Int64, _ damage: inout DemuxDamage) {
    let count = min(
      Int(samples) * source.frame.sampleRate / deliveredSampleRate, source.frame.sampleCount)
    damage.trimmedOverlap += Double(count) / Double(source.frame.sampleRate)
    guard count < source.frame.sampleCount else { return }
    if !isAnchored { anchor(at: ExactTime(expected, per: Int64(deliveredSampleRate))) }
    convert(from: count)
  }

  private func begin(at time: ExactTime) {
    anchor(at: time)
    convert(from: 0)
  }

  /// Puts a fresh resampler on the grid of 16 kHz samples from time zero, so that output does not
  /// depend on where reading started: silence goes in first, enough that the grid is met, and what
  /// comes out for it lies before `firstKept` and is dropped.
  private func anchor(at time: ExactTime) {
    let rate = source.frame.sampleRate
    let lead = FrameGrid.lead(before: time, rate: rate)
    resampler?.injectSilence(lead)
    output = (time - ExactTime(Int64(lead), per: Int64(rate))).nearest(at: deliveredSampleRate)
    firstKept = time.nearest(at: deliveredSampleRate)
    isAnchored = true
    hasOutput = true
  }

  private func convert(from offset: Int) {
    resampler?.convert(source.frame, from: offset) { take($0, $1) }
    if blocks.isFull { isDone = true }
  }

  private func finishResampler() {
    if isAnchored { resampler?.finish { take($0, $1) } }
    phase?.flush { blocks.append($0, at: $1) }
    resampler = nil
    isAnchored = false
  }

  private func take(_ buffer: UnsafeBufferPointer<Float>, _ channels: ChannelSamples?) {
    let dropped = min(max(0, Int(clamping: firstKept - output)), buffer.count)
    let kept = UnsafeBufferPointer(rebasing: buffer[dropped...])
    if apart != nil {
      apart?.append(kept, channels?.dropFirst(dropped), at: output + Int64(dropped))
      blocks.append(kept, at: output + Int64(dropped))
    } else if let channels {
      phase?.append(kept, channels.dropFirst(dropped), at: output + Int64(dropped)) {
        blocks.append($0, at: $1)
      }
    } else {
      phase?.flush { blocks.append($0, at: $1) }
      blocks.append(kept, at: output + Int64(dropped))
    }
    output += Int64(buffer.count)
  }
}
