import Testing

@testable import Demux

/// A track of frames with their true times and the timestamps that a recorder gave them; places them
/// as `AudioTrack` does. Times are in seconds.
struct ClockSimulation {
  struct Arrival {
    let truth: Double
    var stamp: Double?
  }

  /// Seconds of a frame.
  var length = 0.02
  var arrivals: [Arrival] = []
  private(set) var silence = 0.0
  private(set) var dropped = 0.0
  private(set) var jumps = 0
  /// Where each frame was put; nil where all of it was left out.
  private(set) var places: [Double?] = []

  init(length: Double = 0.02) { self.length = length }

  /// Frames whose true times run on, but for gaps of some length at some times of the sound; `lateness`
  /// is added to the timestamps, which `rate` makes run wrong.
  init(
    seconds: Double, length: Double = 0.02, gaps: [(at: Double, length: Double)] = [],
    rate: Double = 1, lateness: (Int) -> Double = { _ in 0 }
  ) {
    self.length = length
    for index in 0..<Int(seconds / length) {
      let sound = Double(index) * length
      let missing = gaps.filter { $0.at <= sound + 1e-9 }.reduce(0) { $0 + $1.length }
      let truth = (sound + missing) * rate
      arrivals.append(Arrival(truth: truth, stamp: truth + lateness(index)))
    }
  }

  /// A recorder that writes what has come in the order in which it came.
  mutating func queue() {
    var latest = -Double.infinity
    for index in arrivals.indices {
      latest = max(latest, arrivals[index].stamp ?? latest)
      arrivals[index].stamp = latest
    }
  }

  mutating func place() {
    var rule = ClockRule(longestGap: 16_000 * 21_600)
    let stamps = arrivals.enumerated().map { index, arrival in
      FrameStamp(
        offset: arrival.stamp.map { ($0 - Double(index) * length) * 16_000 },
        length: length * 16_000, isAfterDamage: false)
    }
    var expected = 0.0
    var shift = 0.0
    var stretch = 0.0
    let ahead = Int((ClockRule.reach / (length * 16_000)).rounded(.up))
    for (index, stamp) in stamps.enumerated() {
      guard index > 0 else {
        rule.begin(stamp)
        expected = (arrivals[0].stamp ?? 0) * 16_000 + stamp.length
        places.append(arrivals[0].stamp ?? 0)
        continue
      }
      func difference() -> Int64 {
        Int64(((arrivals[index].stamp ?? 0) * 16_000 + shift - expected).rounded())
      }
      var verdict = rule.judge(stamp, difference: difference())
      if verdict == nil {
        let window = Array(stamps[index..<min(index + ahead, stamps.count)])
        verdict = rule.judge(window, difference: difference(), budget: .max)
        if verdict == .jump {
          jumps += 1
          shift -= Double(difference())
          verdict = rule.judge(window, difference: difference(), budget: .max)
        }
      }
      switch verdict {
      case .inOrder, .jump, nil: break
      case .stretch(let correction): stretch = Double(correction)
      case .gap(let samples):
        let gap = Double(samples ?? difference())
        silence += gap / 16_000
        expected += gap
      case .overlap(let samples):
        let cut = min(Double(samples), stamp.length)
        dropped += cut / 16_000
        if cut < stamp.length { expected -= cut } else { expected -= stamp.length }
        places.append(cut < stamp.length ? expected / 16_000 : nil)
        expected += stamp.length
        continue
      }
      places.append(expected / 16_000)
      let worked = stretch * stamp.length / Double(DriftRule.stretchDistance)
      expected += stamp.length + worked
      if case .stretch = verdict {} else if stretch != 0 { stretchLeft -= stamp.length }
      if case .stretch = verdict { stretchLeft = Double(DriftRule.stretchDistance) }
      if stretchLeft <= 0 { stretch = 0 }
    }
  }
  private var stretchLeft = 0.0

  /// Greatest distance of a frame from its true place, which is `offset` off, after `from`.
  func greatestError(from: Double = 0, offset: Double = 0) -> Double {
    zip(arrivals, places).reduce(0) { worst, pair in
      guard let place = pair.1, pair.0.truth >= from else { return worst }
      return max(worst, abs(place - pair.0.truth - offset))
    }
  }
}

/// Numbers that are the same in every run.
struct TestNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 2 &+ 1 }
  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
  /// About normal, mean 0, deviation 1.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }
}

/// Ways in which packets come late, between 0 and 300 ms.
enum Lateness: String, CaseIterable, Sendable {
  case gaussian, uniform, sawTooth, bursts, queue, stalls

  /// Seconds by which the packet with each number comes late.
  func seconds(_ seed: UInt64, count: Int, length: Double, most: Double) -> [Double] {
    var numbers = TestNumbers(seed)
    let phase = Double.random(in: 0..<1, using: &numbers)
    var load = 0.0
    return (0..<count).map { index in
      let time = Double(index) * length
      switch self {
      case .gaussian: return min(max(most / 2 + numbers.normal() * most / 6, 0), most)
      case .uniform: return .random(in: 0..<most, using: &numbers)
      case .sawTooth:
        // Comes at once with all that waited since.
        let part = time / (most * 0.85) + phase
        return (part.rounded(.up) - part) * most * 0.85
      case .bursts:
        let part = (Double(index) / 5 + phase).rounded(.up) * 5
        return min(max(0, (part - Double(index) - phase) * length), most)
      case .queue:
        load = max(0, load - length + Double.random(in: 0..<1.7 * length, using: &numbers))
        return min(load, most)
      case .stalls:
        load = max(0, load - length)
        if Double.random(in: 0..<1, using: &numbers) < 0.02 { load = most }
        return load
      }
    }
  }
}

@Suite struct ClockRuleTests {
  private static let seeds: Range<UInt64> = 0..<3

  /// Whole sound, stamped late: nothing is put in and nothing left out.
  @Test(arguments: Lateness.allCases, [0.1, 0.2, 0.3])
  func lateStampsLeaveTheSoundAlone(kind: Lateness, most: Double) {
    for seed in Self.seeds {
      do {
        let length = [0.02, 0.0213, 0.06][Int(seed % 3)]
        let late = kind.seconds(seed, count: Int(30 / length) + 1, length: length, most: most)
        var track = ClockSimulation(seconds: 30, length: length) { late[$0] }
        if seed.isMultiple(of: 2) { track.queue() }
        track.place()
        #expect(track.silence == 0, "seed \(seed), \(length): \(track.silence)")
        #expect(track.dropped == 0)
        #expect(track.jumps == 0)
        let worst = track.greatestError(offset: late[0])
        #expect(worst < 0.1, "seed \(seed), \(length): \(worst)")
      }
    }
  }

  /// Gaps hidden in the lateness are kept, as long as they were.
  @Test(arguments: Lateness.allCases, [0.2, 0.35, 0.5, 1, 2, 5])
  func gapsInLateStampsAreKept(kind: Lateness, gap: Double) {
    for seed in Self.seeds {
      do {
        let length = [0.02, 0.0213, 0.06][Int(seed % 3)]
        let late = kind.seconds(seed, count: Int(30 / length) + 1, length: length, most: 0.3)
        let at = 5 + Double(seed) * 0.37
        var track = ClockSimulation(
          seconds: 30, length: length, gaps: [(at, gap), (at + 6, gap)]
        ) { late[$0] }
        if seed.isMultiple(of: 2) { track.queue() }
        track.place()
        #expect(abs(track.silence - 2 * gap) < 0.2, "seed \(seed), \(length): \(track.silence)")
        #expect(track.dropped == 0)
        let end = track.greatestError(from: 25 + 2 * gap, offset: late[0])
        #expect(end < 0.2, "seed \(seed), \(length): \(end)")
      }
    }
  }

  /// Every gap of an exact clock is put where it is, to the sample, however many there are.
  @Test func gapsOfAnExactClockAreExact() {
    let gaps: [(at: Double, length: Double)] = (1...20).map { (number: Int) in
      let parts = Double(1 + number % 7)
      return (at: Double(number) * 0.7, length: 0.04 * parts)
    }
    var track = ClockSimulation(seconds: 20, gaps: gaps)
    track.place()
    let all: Double = gaps.reduce(0.0) { $0 + $1.length }
    #expect(abs(track.silence - all) < 0.001)
    #expect(track.greatestError() < 0.001)
  }

  /// A clock that runs wrong by up to 2 % is followed without a cut.
  @Test(arguments: [0.98, 0.99, 0.998, 1.0005, 1.005, 1.01, 1.02])
  func driftIsFollowed(rate: Double) {
    var track = ClockSimulation(seconds: 60, rate: rate)
    track.place()
    #expect(track.silence == 0)
    #expect(track.dropped == 0)
    #expect(track.greatestError() < 0.045, "\(track.greatestError())")
    // In time, by rounding to milliseconds, too.
    var coarse = ClockSimulation(seconds: 60, length: 0.0213, rate: rate)
    for index in coarse.arrivals.indices {
      coarse.arrivals[index].stamp = ((coarse.arrivals[index].truth * 1_000).rounded()) / 1_000
    }
    coarse.place()
    #expect(coarse.silence == 0)
    #expect(coarse.greatestError() < 0.045, "\(coarse.greatestError())")
  }

  @Test(arguments: [0.985, 1.015])
  func driftIsFollowedInLateStamps(rate: Double) {
    for kind in Lateness.allCases where kind != .queue {
      let late = kind.seconds(3, count: 6_001, length: 0.02, most: 0.2)
      var track = ClockSimulation(seconds: 120, rate: rate) { late[$0] }
      track.place()
      #expect(track.silence == 0, "\(kind): \(track.silence)")
      #expect(track.dropped == 0)
      let worst = track.greatestError(offset: late[0])
      #expect(worst < 0.25, "\(kind): \(worst)")
    }
  }

  /// Timestamps that do not go on tell nothing.
  @Test(arguments: [0, 0.001])
  func stampsThatStandAreLeft(step: Double) {
    var track = ClockSimulation(seconds: 40)
    for index in track.arrivals.indices { track.arrivals[index].stamp = Double(index) * step }
    track.place()
    #expect(track.silence == 0)
    #expect(track.dropped == 0)
    #expect(track.greatestError() < 0.001)
  }

  /// A clock that stops for three seconds and then has caught up has lost nothing.
  @Test func clockThatStopsForAWhile() {
    var track = ClockSimulation(seconds: 40)
    for index in 500..<650 { track.arrivals[index].stamp = 10 }
    track.place()
    #expect(track.silence == 0)
    #expect(track.dropped == 0)
    #expect(track.greatestError() < 0.04)
  }

  /// The first second lay in a buffer and was stamped when it was taken out.
  @Test func firstSecondStampedAtOnce() {
    var track = ClockSimulation(seconds: 20)
    for index in track.arrivals.indices {
      track.arrivals[index].stamp = max(0, track.arrivals[index].truth - 1)
    }
    track.place()
    #expect(track.silence == 0)
    #expect(track.dropped == 0)
    #expect(track.greatestError() < 0.001)
  }

  /// One wild timestamp among right ones moves nothing.
  @Test(arguments: [-900, -1, -0.2, 0.2, 3, 900])
  func aWildStampIsLeft(by error: Double) {
    var track = ClockSimulation(seconds: 20)
    track.arrivals[400].stamp = track.arrivals[400].truth + error
    track.place()
    #expect(track.silence == 0)
    #expect(track.dropped == 0)
    #expect(track.jumps == 0)
    #expect(track.greatestError() < 0.001)
  }

  @Test func overlapIsDroppedOnce() {
    var track = ClockSimulation(seconds: 20)
    for index in 400..<1_000 { track.arrivals[index].stamp = track.arrivals[index].truth - 0.5 }
    track.place()
    #expect(abs(track.dropped - 0.5) < 0.021)
    #expect(track.silence == 0)
  }

  /// The same as muxers write it that let no timestamp run back.
  @Test func overlapThatStands() {
    var track = ClockSimulation(seconds: 20)
    for index in 400..<1_000 {
      track.arrivals[index].stamp = max(8, track.arrivals[index].truth - 0.5)
    }
    track.place()
    #expect(abs(track.dropped - 0.5) < 0.041, "\(track.dropped)")
    #expect(track.silence == 0)
  }

  @Test func clockThatBeginsAnew() {
    var track = ClockSimulation(seconds: 20)
    for index in 400..<1_000 { track.arrivals[index].stamp = track.arrivals[index].truth - 8 }
    track.place()
    #expect(track.jumps == 1)
    #expect(track.dropped == 0)
    #expect(track.greatestError() < 0.001)
  }

  @Test func missingStampsCount() {
    var track = ClockSimulation(seconds: 20, gaps: [(7, 1)])
    for index in track.arrivals.indices where index % 3 != 0 { track.arrivals[index].stamp = nil }
    track.place()
    #expect(abs(track.silence - 1) < 0.001)
    #expect(track.greatestError(from: 8.1) < 0.001)
  }
}
