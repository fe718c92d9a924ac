/// Keeps channels of opposite phase from cancelling each other in the mix.
///
/// A microphone or cable with its poles exchanged, or a program that widens sound by phase, makes
/// channels whose sum is silence, as a whole or in some octaves. Powers of the mix and of its channels
/// are compared in five octaves over about a second, half a second of it ahead. Sound without any
/// relation between channels gives a mix of the power of its weighted channels, alike sound twice as
/// much, and delays between microphones cancel no whole octave. Where the mix has far less, it is
/// replaced: of two channels by the louder one, which lacks nothing at any frequency, and of more by
/// the same weights with the signs that agree with the loudest. Both have the level that the mix has of
/// channels in phase. Where nothing is cancelled the mix is handed on bit for bit.
///
/// Memory: some 0.6 s of all channels.
struct PhaseGuard {
  /// Runs that are held back, so that a change is seen before it is to be heard.
  private static let ahead = 8
  /// What is left of older powers after a run: a time constant of a second.
  private static let decay: Float = 0.938
  /// Share of the power to be expected below which the mix is cancelled: as a whole, or in an octave.
  /// The whole mix of speech at two microphones has more than 0.5 whatever the delay between them.
  private static let (whole, octave): (Float, Float) = (0.3, 0.1)
  /// Share of the sound in cancelled octaves from which on it counts.
  private static let affected: Float = 0.2
  /// By so much more than that sound must be there until the mix is used again.
  private static let relief: Float = 1.7
  /// Share of the power to be expected below which a quarter of a second counts by itself, so that a sudden
  /// change is found in time. Nothing but opposite phase leaves so little of all octaves.
  private static let sudden: Float = 0.02
  /// Runs of a quarter of a second.
  private static let short = 4
  /// Power from which on there is something to judge: -90 dB of full scale, after the difference.
  private static let audible: Float = 1e-9
  /// A channel takes over where it has so many times the power of the one in use.
  private static let louder: Float = 1.6
  /// Samples over which gains change: 20 ms.
  private static let ramp = 320

  let weights: [Float]
  /// Samples that were replaced so far.
  private(set) var replaced: Int64 = 0
  private var mix: [Float] = []
  private var channels: [[Float]]
  private var hasDelivered = false
  /// Position of the first sample held.
  private var start: Int64 = 0
  /// Samples held that were measured.
  private var measured = 0
  private var meter = OctavePowers()
  private var mixPowers = [Float](repeating: 0, count: OctavePowers.bands)
  private var powers: [[Float]]
  /// Energies of the mix and those to be expected, of the last quarter of a second.
  private var recent: [(mix: Float, expected: Float)] = []
  /// Runs since the mix was last silenced; as many as are held make no difference any more.
  private var sinceSilenced = Self.ahead + Self.short + 1
  private var gains: [Float]
  private var target: [Float]
  /// The channel that stands for the mix, or that gives the others their signs.
  private var leader: Int?

  /// A guard for a mix with these weights, one for each channel.
  init(weights: [Float]) {
    self.weights = weights
    channels = weights.map { _ in [] }
    powers = weights.map { _ in [Float](repeating: 0, count: OctavePowers.bands) }
    gains = weights
    target = weights
  }

  /// Takes in samples at 16 kHz, which follow on those before unless nothing is held.
  mutating func append(
    _ samples: UnsafeBufferPointer<Float>, _ parts: ChannelSamples, at position: Int64,
    _ deliver: (UnsafeBufferPointer<Float>, Int64) -> Void
  ) {
    if mix.isEmpty { start = position }
    mix.append(contentsOf: samples)
    for channel in channels.indices { channels[channel].append(contentsOf: parts[channel]) }
    while mix.count - measured >= OctavePowers.length {
      measure()
      decide()
      if measured > Self.ahead * OctavePowers.length { release(OctavePowers.length, deliver) }
    }
  }

  /// Hands over all that is held.
  mutating func flush(_ deliver: (UnsafeBufferPointer<Float>, Int64) -> Void) {
    while !mix.isEmpty { release(min(OctavePowers.length, mix.count), deliver) }
  }

  private mutating func measure() {
    let at = measured
    let heard = mix.withUnsafeBufferPointer { samples in
      samples.baseAddress.map { meter.measure($0 + at) } ?? mixPowers
    }
    Self.smooth(&mixPowers, heard)
    var expected: Float = 0
    for channel in channels.indices where weights[channel] != 0 {
      let heard = channels[channel].withUnsafeBufferPointer { samples in
        samples.baseAddress.map { meter.measure($0 + at) } ?? powers[channel]
      }
      Self.smooth(&powers[channel], heard)
      expected += weights[channel] * weights[channel] * heard.reduce(0, +)
    }
    recent.append((heard.reduce(0, +), expected))
    if recent.count > Self.short { recent.removeFirst() }
    measured += OctavePowers.length
  }

  private static func smooth(_ powers: inout [Float], _ heard: [Float]) {
    for band in powers.indices {
      powers[band] = decay * powers[band] + (1 - decay) * heard[band] / Float(OctavePowers.length)
    }
  }

  /// Whether the mix has next to nothing of a quarter of a second of sound.
  private var isSilenced: Bool {
    let expected = recent.reduce(0) { $0 + $1.expected }
    return recent.count == Self.short
      && expected > Self.audible * Float(Self.short * OctavePowers.length)
      && recent.reduce(0) { $0 + $1.mix } < Self.sudden * expected
  }

  private mutating func decide() {
    sinceSilenced = isSilenced ? 0 : min(sinceSilenced + 1, Self.ahead + Self.short + 1)
    var expected = [Float](repeating: 0, count: OctavePowers.bands)
    for channel in channels.indices {
      let square = weights[channel] * weights[channel]
      for band in expected.indices { expected[band] += square * powers[channel][band] }
    }
    let all = expected.reduce(0, +)
    guard all > Self.audible else { return }
    let slack = leader == nil ? 1 : Self.relief
    let lost = expected.indices.reduce(Float(0)) { sum, band in
      mixPowers[band] < slack * Self.octave * expected[band] ? sum + expected[band] : sum
    }
    let isCancelled =
      sinceSilenced <= Self.ahead + Self.short || mixPowers.reduce(0, +) < slack * Self.whole * all
      || lost * slack > Self.affected * all
    if isCancelled {
      replace()
    } else if leader != nil {
      leader = nil
      target = weights
    }
  }

  /// Finds the gains that stand for the mix.
  private mutating func replace() {
    let totals = powers.map { $0.reduce(0, +) }
    let used = channels.indices.filter { weights[$0] != 0 }
    guard let loudest = used.max(by: { totals[$0] < totals[$1] }) else { return }
    let previous = leader
    if previous.map({ totals[loudest] > Self.louder * totals[$0] }) ?? true { leader = loudest }
    guard let leader else { return }
    if leader == previous, used.count == 2 { return }
    // The sum keeps its sign where the leader changes, so that nothing cancels on the way.
    let sign: Float =
      if let previous { target[previous].sign == .minus ? -1 : 1 } else { 1 }
    let agreement = previous.map { $0 == leader ? 1 : self.sign(of: leader, as: $0) } ?? 1
    for channel in channels.indices {
      if used.count == 2 {
        target[channel] = channel == leader ? sign * agreement : 0
      } else if weights[channel] != 0 {
        let own = channel == leader ? 1 : self.sign(of: channel, as: leader)
        target[channel] = sign * agreement * own * weights[channel]
      }
    }
  }

  /// 1 where two channels go together over what is held, -1 where they go against each other.
  private func sign(of channel: Int, as other: Int) -> Float {
    var product: Float = 0
    for n in channels[channel].indices.dropFirst() {
      // The first difference, as the powers have it.
      let a = channels[channel][n] - channels[channel][n - 1]
      product += a * (channels[other][n] - channels[other][n - 1])
    }
    return product < 0 ? -1 : 1
  }

  private mutating func release(
    _ count: Int, _ deliver: (UnsafeBufferPointer<Float>, Int64) -> Void
  ) {
    // Nothing comes before the first samples, so there is nothing to change over from.
    if !hasDelivered { gains = target }
    hasDelivered = true
    if gains != weights || target != weights {
      blend(count)
      replaced += Int64(count)
    }
    mix.withUnsafeBufferPointer { deliver(UnsafeBufferPointer(rebasing: $0[..<count]), start) }
    mix.removeFirst(count)
    for channel in channels.indices { channels[channel].removeFirst(count) }
    start += Int64(count)
    measured = max(0, measured - count)
  }

  /// Puts the channels with their gains in the place of the mix.
  private mutating func blend(_ count: Int) {
    for n in 0..<count { mix[n] = 0 }
    for channel in channels.indices where gains[channel] != 0 || target[channel] != 0 {
      let step = (target[channel] - gains[channel]) / Float(Self.ramp)
      for n in 0..<count {
        let gain = n < Self.ramp ? gains[channel] + Float(n) * step : target[channel]
        mix[n] += gain * channels[channel][n]
      }
    }
    // A short last run does not come to the end of the ramp, and nothing follows it at once.
    gains = target
  }
}
