/// An exact point in the time of a recording: `value / timescale` seconds after time zero.
///
/// The fraction is kept in lowest terms, so equal times are equal values.
package struct MediaTime: Sendable, Hashable, Comparable {
  /// Ticks since time zero.
  package let value: Int64
  /// Ticks in a second; positive.
  package let timescale: Int32

  /// Makes a time of `value / timescale` seconds; `timescale` must be positive.
  package init(value: Int64, timescale: Int32) {
    precondition(timescale > 0, "a timescale is positive")
    let divisor = greatestCommonDivisor(value.magnitude, UInt64(timescale.magnitude))
    self.value = value / Int64(divisor)
    self.timescale = timescale / Int32(divisor)
  }

  /// The time in seconds.
  package var seconds: Double { Double(value) / Double(timescale) }

  package static func < (left: MediaTime, right: MediaTime) -> Bool {
    Int128(left.value) * Int128(right.timescale) < Int128(right.value) * Int128(left.timescale)
  }
}

/// The greatest common divisor of two numbers that are not both zero.
func greatestCommonDivisor<N: BinaryInteger>(_ first: N, _ second: N) -> N {
  var (a, b) = (first, second)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
