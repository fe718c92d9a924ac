/// Follows differences that grow slowly, as they do where the clock of a sound card is off: they are
/// worked in by resampling. Lengths are in samples at 16 kHz.
struct DriftRule {
  /// 5 ms of lasting difference is drift.
  static let leastDrift = 80.0
  /// 2 s over which a correction is spread.
  static let stretchDistance = 32_000
  /// Of a correction: 3 % of that distance, which is hardly heard.
  static let largestCorrection = 960.0
  /// By this share of the spread of arrivals an estimate of their envelope wanders.
  private static let wander = 1.0 / 6

  private var mean = 0.0
  private var pause: Int64 = 0
  /// The last correction followed a straight line of timestamps.
  private var isOnLine = false
  /// The last correction of an uneven clock.
  private var lastCorrection = 0.0

  /// Takes the `error` of a frame of an exact clock.
  mutating func follow(
    _ error: Double, _ stamp: FrameStamp, _ past: ClockHistory
  ) -> ClockRule.Verdict {
    guard passes(stamp, error) else { return .inOrder }
    let isDue = abs(mean) > DriftRule.leastDrift
    guard isDue || isOnLine else { return .inOrder }
    guard let trend = past.trend, let offset = stamp.offset else {
      isOnLine = false
      return isDue ? correct(mean) : .inOrder
    }
    // What has grown so far, and what grows meanwhile.
    isOnLine = true
    return correct(
      error - (offset - trend.end) + trend.slope * Double(DriftRule.stretchDistance))
  }

  /// Takes the `error` of the lower envelope of a clock of arrivals, which spread over `noise`.
  mutating func follow(
    _ error: Double, _ stamp: FrameStamp, within noise: Double
  ) -> ClockRule.Verdict {
    isOnLine = false
    let most = ClockRule.longestSlip
    let error = min(max(error, -most), most)
    guard passes(stamp, error), abs(mean) > DriftRule.leastDrift + DriftRule.wander * noise else {
      return .inOrder
    }
    // The mean lags behind what is still growing, and what was corrected before goes on growing.
    let grown = abs(error) > abs(mean) && error * mean > 0 ? error : mean
    lastCorrection = grown + (lastCorrection * grown > 0 ? lastCorrection / 2 : 0)
    return correct(lastCorrection)
  }

  /// Forgets drift, after the samples were put where the timestamps say.
  mutating func reset() { self = DriftRule() }

  private mutating func passes(_ stamp: FrameStamp, _ error: Double) -> Bool {
    let length = Int64(stamp.length)
    pause -= length
    guard pause <= 0 else { return false }
    mean += (error - mean) * min(1, Double(length) / Double(DriftRule.stretchDistance))
    return true
  }

  private mutating func correct(_ error: Double) -> ClockRule.Verdict {
    mean = 0
    pause = Int64(DriftRule.stretchDistance)
    let most = DriftRule.largestCorrection
    return .stretch(Int(min(max(error, -most), most).rounded()))
  }
}
