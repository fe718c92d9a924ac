/// An exact point in the time of a recording: `value / timescale` seconds after time zero.
package struct MediaTime: Sendable, Hashable {
  /// Ticks since time zero.
  package let value: Int64
  /// Ticks in a second; positive.
  package let timescale: Int32

  /// Makes a time of `value / timescale` seconds.
  package init(value: Int64, timescale: Int32) {
    self.value = value
    self.timescale = timescale
  }

  /// The time in seconds.
  package var seconds: Double { Double(value) / Double(timescale) }
}
