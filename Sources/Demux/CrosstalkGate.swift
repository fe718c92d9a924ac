import Glibc

/// Silences a channel where what it has is the leakage of another one, so that a voice which two
/// microphones hear is read once: where it is louder.
///
/// A channel is silent while another one that is active has 12 dB more, over a quarter of a second, or
/// less more and what both have is the same sound (`Likeness`). A channel is active 10 dB above the quietest it was within some seconds, so that hum silences nobody.
/// When two people of about the same level speak at once both are heard.
struct CrosstalkGate {
  /// Samples of a frame: 32 ms.
  private static let frame = 512
  /// Frames held back, and as many before: what a level is the mean of.
  private static let reach = 4
  /// Decibels by which another channel is louder, and by which one is above its floor to be active.
  private static let (louder, active) = (12.0, 10.0)
  /// Decibels of full scale below which nobody is silenced.
  private static let audible = -70.0
  /// The highest floor, in decibels of full scale: a recording may begin with speech.
  private static let highestFloor = -45.0
  /// Frames from which the floor is taken: 4 to 8 s.
  private static let memory = 128
  /// Samples over which a channel fades: 8 ms.
  private static let ramp = 128

  private var channels: [[Float]]
  private var start: Int64 = 0
  /// Powers of whole frames by channel, the oldest `reach` frames before the first held.
  private var powers: [[Double]]
  /// As many samples before the first held.
  private var past: [[Float]]
  private var gains: [Float]
  /// Quietest level of this stretch and of the one before, by channel.
  private var floors: [(now: Double, before: Double)]
  private var frames = 0

  init(channels count: Int) {
    channels = Array(repeating: [], count: count)
    powers = Array(repeating: [], count: count)
    past = powers.map { _ in [] }
    gains = Array(repeating: 1, count: count)
    floors = Array(repeating: (Self.highestFloor, Self.highestFloor), count: count)
  }

  typealias Delivery = (_ channel: Int, UnsafeBufferPointer<Float>, Int64) -> Void

  /// Takes in samples at 16 kHz, which follow on those before unless nothing is held.
  mutating func append(_ parts: ChannelSamples, at position: Int64, _ deliver: Delivery) {
    if channels.first?.isEmpty ?? true {
      start = position
      for channel in powers.indices { (powers[channel], past[channel]) = ([], []) }
    }
    for channel in channels.indices { channels[channel].append(contentsOf: parts[channel]) }
    // Behind the frame that is released lie `reach` whole ones.
    while (channels.first?.count ?? 0) >= (Self.reach + 1) * Self.frame {
      release(Self.frame, deliver)
    }
  }

  /// Hands over all that is held.
  mutating func flush(_ deliver: Delivery) {
    while let count = channels.first?.count, count > 0 {
      release(min(Self.frame, count), deliver)
    }
  }

  private mutating func release(_ count: Int, _ deliver: Delivery) {
    let levels = channels.indices.map { level($0) }
    for channel in channels.indices { watch(channel, levels[channel]) }
    let leakage = channels.indices.map { isLeakage($0, levels) }
    for channel in channels.indices {
      past[channel].append(contentsOf: channels[channel].prefix(count))
      past[channel].removeFirst(max(0, past[channel].count - Self.reach * Self.frame))
      fade(channel, to: leakage[channel] ? 0 : 1, count)
      channels[channel].withUnsafeBufferPointer {
        deliver(channel, UnsafeBufferPointer(rebasing: $0[..<count]), start)
      }
      powers[channel].append(power(channel, 0))
      if powers[channel].count > Self.reach { powers[channel].removeFirst() }
    }
    for channel in channels.indices { channels[channel].removeFirst(count) }
    start += Int64(count)
  }

  private func isLeakage(_ channel: Int, _ levels: [Double]) -> Bool {
    channels.indices.contains { other in
      let floor = min(floors[other].now, floors[other].before)
      guard other != channel, levels[other] >= max(floor + Self.active, Self.audible) else {
        return false
      }
      let louder = levels[other] - levels[channel]
      if louder >= Self.louder { return true }
      // Of channels that are alike the first is heard.
      guard louder >= Likeness.alike || (louder > -Likeness.alike && other < channel) else {
        return false
      }
      return Likeness.isSame(around(channel), around(other), louder: louder)
    }
  }

  /// The samples around the first frame held.
  private func around(_ channel: Int) -> [Float] {
    past[channel] + channels[channel].prefix((Self.reach + 1) * Self.frame)
  }

  /// Level in decibels of full scale around the first frame held.
  private func level(_ channel: Int) -> Double {
    let ahead = (0...Self.reach).map { power(channel, $0) }
    let all = powers[channel] + ahead
    return 10 * log10(all.reduce(0, +) / Double(all.count) + 1e-12)
  }

  private func power(_ channel: Int, _ frame: Int) -> Double {
    let samples = channels[channel].dropFirst(frame * Self.frame).prefix(Self.frame)
    var sum: Float = 0
    for sample in samples { sum += sample * sample }
    return Double(sum) / Double(Self.frame)
  }

  private mutating func watch(_ channel: Int, _ level: Double) {
    if channel == 0 { frames += 1 }
    if frames % Self.memory == 0 {
      floors[channel] = (Self.highestFloor, floors[channel].now)
    }
    floors[channel].now = min(floors[channel].now, level)
  }

  private mutating func fade(_ channel: Int, to target: Float, _ count: Int) {
    let from = gains[channel]
    guard from != 1 || target != 1 else { return }
    for n in 0..<count {
      let share = min(1, Float(n + 1) / Float(Self.ramp))
      channels[channel][n] *= from + share * (target - from)
    }
    gains[channel] = target
  }
}
