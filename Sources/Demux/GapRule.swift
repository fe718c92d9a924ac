/// Decides what a difference between a frame's timestamp and the samples before it means.
///
/// Timestamps are rounded (to a millisecond in Matroska) and jitter where a recorder took them from
/// a clock, so small differences must not touch the samples. Differences that grow slowly come from
/// a sound card whose clock is off; they are worked in by resampling. Large ones are real.
/// All times here are in samples at 16 kHz.
struct GapRule {
  /// What to do with a frame.
  enum Verdict: Equatable {
    /// Its samples follow those before.
    case inOrder
    /// They follow, and the next samples are to be stretched by so many in all.
    case stretch(Int)
    /// Silence comes before it.
    case gap
    /// So many of its samples have been heard already.
    case overlap(Int64)
    /// The timestamps lost their meaning; join the frame on.
    case jump
  }

  /// Longest gap believed.
  let longestGap: Int64

  /// 30 ms: a lost frame of most codecs, and more than the jitter of any recorder met.
  static let tolerance: Int64 = 480
  /// 5 ms, where a packet is known to have been lost just before.
  static let toleranceAfterDamage: Int64 = 80
  /// 5 ms of lasting difference is drift.
  static let drift = 80.0
  /// 2 s: correction by at most 1.5 %, which is not heard.
  static let stretchDistance = 32_000
  /// 2 s: what runs back further is not an overlap.
  static let longestOverlap: Int64 = 32_000

  private var mean = 0.0
  private var pause: Int64 = 0

  init(longestGap: Int64) { self.longestGap = longestGap }

  /// Judges a frame of `length` samples whose timestamp is `difference` later than expected.
  mutating func judge(difference: Int64, length: Int64, afterDamage: Bool) -> Verdict {
    let tolerance = afterDamage ? GapRule.toleranceAfterDamage : GapRule.tolerance
    if difference > longestGap || difference < -GapRule.longestOverlap { return .jump }
    if difference > tolerance { return .gap }
    if difference < -GapRule.tolerance { return .overlap(-difference) }
    return follow(difference, length)
  }

  /// Forgets drift, after the samples were put where the timestamps say.
  mutating func reset() {
    mean = 0
    pause = 0
  }

  private mutating func follow(_ difference: Int64, _ length: Int64) -> Verdict {
    pause -= length
    guard pause <= 0 else { return .inOrder }
    let weight = min(1, Double(length) / Double(GapRule.stretchDistance))
    mean += (Double(difference) - mean) * weight
    guard abs(mean) > GapRule.drift else { return .inOrder }
    let correction = Int(mean.rounded())
    reset()
    pause = Int64(GapRule.stretchDistance)
    return .stretch(correction)
  }
}
