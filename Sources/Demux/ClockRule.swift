/// Decides what a difference between a frame's timestamp and the samples before it means.
///
/// A clock is judged over the seconds around a frame, never by one timestamp. Where timestamps never
/// run behind the samples by more than rounding and jitter (30 ms), the clock is exact, and a step in it
/// is a gap or an overlap at that very frame. Where they do, they were stamped on arrival: late by
/// what the packet waited, never early. Then only what lifts the lower envelope of two seconds for
/// good is a gap, and nothing is cut out. `docs/manual/MEDIA.md` has the rule with its limits.
///
/// All times here are in samples at 16 kHz.
struct ClockRule {
  /// What to do with a frame.
  enum Verdict: Equatable {
    /// Its samples follow those before.
    case inOrder
    /// They follow, and the next samples are to be stretched by so many in all.
    case stretch(Int)
    /// Silence comes before it, as long as its timestamp says or as estimated.
    case gap(Int64?)
    /// So many of its samples have been heard already.
    case overlap(Int64)
    /// The timestamps lost their meaning; join the frame on.
    case jump
  }

  /// 30 ms: a lost frame of most codecs, and more than the jitter of any exact clock met.
  static let tolerance: Int64 = 480
  /// 5 ms, where a packet is known to have been lost just before; also the least step that is a gap.
  static let toleranceAfterDamage: Int64 = 80
  /// 2 s: what runs back further is not an overlap.
  static let longestOverlap: Int64 = 32_000
  /// 2 s of sound looked back at, and looked ahead at where a frame is not where it should be.
  static let reach = 32_000.0
  /// Half a second: with less to look at, an uneven clock has no gaps.
  static let leastReach = 8_000.0
  /// 150 ms and this share of the spread of arrivals: what a shift must exceed to be a gap.
  static let leastUnevenGap = 2_400.0
  static let shareOfNoise = 0.45
  /// 150 ms: what differs by more without a step or drift is no longer followed.
  static let longestSlip = 2_400.0
  /// 100 ms: with less left of a recording, a gap before it is not believed unless it is long.
  static let leastLast = 1_600.0
  /// Of a gap, what the frames after it must show of it at least.
  static let lastingShare = 0.75
  /// A clock that lags by more than 10 s is begun anew.
  static let longestLag = 160_000.0

  /// Longest gap believed.
  let longestGap: Int64
  private var past = ClockHistory()
  private var drift = DriftRule()
  /// Where the lower envelope of differences lies: 0 but for streams that began late.
  private(set) var base = 0.0
  /// Timestamps were stamped on arrival.
  private(set) var isUneven = false
  /// Frames that were heard already are being left out.
  private var isTrimming = false

  init(longestGap: Int64) { self.longestGap = longestGap }

  /// Takes in the first frame, which stands where its timestamp says.
  mutating func begin(_ stamp: FrameStamp) {
    restart(0)
    past.append(stamp)
  }

  /// Judges a frame whose timestamp is `difference` later than expected from itself alone; nil where
  /// the frames after it must be seen first.
  mutating func judge(_ stamp: FrameStamp, difference: Int64) -> Verdict? {
    guard stamp.offset != nil else { return .inOrder }
    let error = Double(difference) - base
    guard !isUneven, error >= -Double(ClockRule.tolerance), error <= tolerance(stamp) else {
      return nil
    }
    isTrimming = false
    past.append(stamp)
    return drift.follow(error, stamp, past)
  }

  /// Judges the first of `ahead`, whose timestamp is `difference` later than expected, by those
  /// after it. At most `budget` samples of silence may be put in.
  mutating func judge(
    _ ahead: [FrameStamp], difference: Int64, budget: Int64
  ) -> Verdict {
    guard let head = ahead.first, let offset = head.offset else { return .inOrder }
    let view = ClockView(ahead, lift: Double(difference) - offset, base: base)
    let noise = past.fall(with: view)
    if let overlap = overlap(view, Double(difference) - base, head) {
      isUneven = false
      settle(overlap, head, view, noise)
      return overlap
    }
    let wasUneven = isUneven
    isUneven = noise > Double(ClockRule.tolerance)
    if isUneven, !wasUneven, past.isYoung {
      base = min(base, past.level(lift: Double(difference) - offset, with: view))
    }
    let longest = max(min(longestGap, budget), ClockRule.tolerance)
    let verdict =
      isUneven
      ? uneven(view, noise, longest) : exact(view, Double(difference) - base, head, longest)
    settle(verdict, head, view, noise)
    return verdict
  }
}

extension ClockRule {
  private func tolerance(_ stamp: FrameStamp) -> Double {
    Double(stamp.isAfterDamage ? ClockRule.toleranceAfterDamage : ClockRule.tolerance)
  }

  /// An exact clock runs back, or stands until it would have run back, as muxers that allow no step
  /// back write it; and then goes on exactly.
  private func overlap(_ view: ClockView, _ error: Double, _ head: FrameStamp) -> Verdict? {
    guard error < -Double(ClockRule.tolerance), error >= -Double(ClockRule.longestOverlap),
      isTrimming || (!isUneven && past.isExact && past.isStep(to: head)),
      view.settlesBelow(base)
    else { return nil }
    return .overlap(Int64(-error.rounded()))
  }

  /// A clock whose differences never fall: each frame is judged by its own timestamp.
  private mutating func exact(
    _ view: ClockView, _ error: Double, _ head: FrameStamp, _ longest: Int64
  ) -> Verdict {
    let isStep = past.isStep(to: head)
    if error > Double(longest) { return .jump }
    if error > tolerance(head) {
      // The last packets of a recording were often stamped when it ended.
      let isLast = view.length < ClockRule.leastLast && error < ClockRule.longestSlip * 2
      // All that follows must be as late, or it was this frame alone.
      let isLasting = view.quantile(0.1) - base >= ClockRule.lastingShare * error
      if isStep, isLasting, !isLast { return .gap(base == 0 ? nil : Int64(error.rounded())) }
    } else if error < -Double(ClockRule.tolerance), !isTrimming {
      // A single wild timestamp, or timestamps that hardly go on.
      if view.quantile(0.9) - base > -Double(ClockRule.tolerance) || view.stands { return .inOrder }
      if error < -Double(ClockRule.longestOverlap), isStep { return .jump }
    }
    // It came here by no step: a clock that is off by more than drift, or that lagged for a while.
    guard abs(error) < ClockRule.longestSlip || past.trend != nil else {
      base += error
      drift.reset()
      return .inOrder
    }
    return drift.follow(error, head, past)
  }

  /// A clock of arrivals: a gap lifts all of what follows, lateness does not.
  private mutating func uneven(_ view: ClockView, _ noise: Double, _ longest: Int64) -> Verdict {
    let error = view.first - base
    if view.stands {
      if error < -ClockRule.longestLag { base += error }
      return .inOrder
    }
    let shift = view.quantile(0.1) - base
    let highest = view.quantile(0.9) - base
    let isFarBack = max(error, highest) < -Double(ClockRule.longestOverlap)
    let isTold = view.length >= ClockRule.leastReach
    if isTold, isFarBack || (shift > Double(longest) && error > Double(longest)) { return .jump }
    let least = max(ClockRule.leastUnevenGap, ClockRule.shareOfNoise * noise)
    if shift > least, isTold {
      let usual = past.median.map { $0 + view.lift } ?? noise / 2 + base
      if view.isLifted(from: usual, by: shift) { return .gap(Int64(shift.rounded())) }
    }
    return drift.follow(shift, view.head, within: noise)
  }

  /// Remembers what a verdict means for the frames after.
  private mutating func settle(
    _ verdict: Verdict, _ head: FrameStamp, _ view: ClockView, _ noise: Double
  ) {
    isTrimming = false
    switch verdict {
    case .inOrder, .stretch: past.append(head)
    case .gap(let samples?):
      past.lift(by: Double(samples))
      past.append(head)
      drift.reset()
    case .gap(nil):
      restart(0)
      past.append(head)
    case .overlap:
      past.removeAll()
      drift.reset()
      isTrimming = true
    case .jump: restart(isUneven ? min(0, view.quantile(0.1) - view.first) : 0)
    }
  }

  private mutating func restart(_ base: Double) {
    past.removeAll()
    drift.reset()
    self.base = base
  }
}
