import CFFmpeg

/// A time in seconds as an exact fraction, wide enough for the time bases of any container.
///
/// Seconds stay below 2^36 and denominators below 2^62 (see the initialisers), so no operation here
/// can overflow 128 bits.
struct ExactTime: Hashable, Comparable, Sendable {
  private(set) var numerator: Int128
  private(set) var denominator: Int64

  static let zero = ExactTime(0, per: 1)
  /// Later than the end of any recording, with room for sums.
  static let farthest = ExactTime(1 << 35, per: 1)
  /// Greatest magnitude that a timestamp may have, in seconds: two thousand years.
  static let bound: Int128 = 1 << 36

  /// `count` ticks of which `rate` make a second.
  init(_ count: Int64, per rate: Int64) {
    numerator = Int128(count)
    denominator = rate
  }

  /// A timestamp in a time base; nil when it is absent or absurd.
  init?(_ timestamp: Int64, in base: AVRational) {
    guard timestamp != VISEME_NOPTS, base.num > 0, base.den > 0 else { return nil }
    let ticks = Int128(timestamp) * Int128(base.num)
    guard ticks.magnitude / UInt128(base.den) < UInt128(ExactTime.bound) else { return nil }
    numerator = ticks
    denominator = Int64(base.den)
    reduce()
  }

  /// Seconds rounded to nanoseconds; nil when not finite or absurd.
  init?(seconds: Double) {
    guard seconds.isFinite, seconds.magnitude < 1e9 else { return nil }
    self.init(Int64((seconds * 1e9).rounded()), per: 1_000_000_000)
    reduce()
  }

  var seconds: Double { Double(numerator) / Double(denominator) }

  /// The position on a grid of `rate` points a second, rounded to the nearest point.
  func nearest(at rate: Int) -> Int64 {
    floor(2 * numerator * Int128(rate) + Int128(denominator), by: 2 * Int128(denominator))
  }

  /// The first point at or after this time on a grid of `rate` points a second.
  func ceiling(at rate: Int) -> Int64 {
    -floor(-numerator * Int128(rate), by: Int128(denominator))
  }

  /// How far past the grid point before it this time lies, in [0, 1) of the grid's step.
  func phase(at rate: Int) -> Double {
    let scaled = numerator * Int128(rate)
    let whole = Int128(floor(scaled, by: Int128(denominator)))
    return Double(scaled - whole * Int128(denominator)) / Double(denominator)
  }

  /// The time as the public type, exact unless its lowest terms exceed a 32-bit timescale.
  var mediaTime: MediaTime {
    var copy = self
    copy.reduce()
    if copy.denominator <= Int64(Int32.max), let value = Int64(exactly: copy.numerator) {
      return MediaTime(value: value, timescale: Int32(copy.denominator))
    }
    let nanoseconds = Int64(clamping: Int128(copy.nearest(at: 1_000_000)))
    return MediaTime(value: nanoseconds, timescale: 1_000_000)
  }

  static func + (left: ExactTime, right: ExactTime) -> ExactTime {
    let divisor = greatestCommonDivisor(left.denominator, right.denominator)
    let (common, overflow) = (left.denominator / divisor)
      .multipliedReportingOverflow(by: right.denominator)
    guard !overflow, common < 1 << 62 else { return left.coarse + right.coarse }
    var sum = left
    sum.numerator =
      left.numerator * Int128(common / left.denominator)
      + right.numerator * Int128(common / right.denominator)
    sum.denominator = common
    sum.reduce()
    return sum
  }

  static prefix func - (time: ExactTime) -> ExactTime {
    var negated = time
    negated.numerator = -time.numerator
    return negated
  }

  static func - (left: ExactTime, right: ExactTime) -> ExactTime { left + -right }

  static func < (left: ExactTime, right: ExactTime) -> Bool { (left - right).numerator < 0 }

  /// The time on a fixed grid that the common sample and frame rates divide, for fractions whose
  /// common denominator would not fit.
  private var coarse: ExactTime { ExactTime(nearest(at: 705_600_000), per: 705_600_000) }

  private mutating func reduce() {
    let divisor = greatestCommonDivisor(numerator.magnitude, UInt128(denominator))
    guard divisor > 1 else { return }
    numerator /= Int128(divisor)
    denominator /= Int64(divisor)
  }

  private func floor(_ dividend: Int128, by divisor: Int128) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return Int64(clamping: remainder < 0 ? quotient - 1 : quotient)
  }
}
