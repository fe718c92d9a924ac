import Support

/// Frames of a picture as an editing program counts them.
struct FrameClock: Sendable {
  /// A frame lasts `numerator / denominator` seconds.
  let numerator: Int
  let denominator: Int

  /// `rate` in frames a second, from 1 to 240. One near a multiple of 1000/1001 (23.976, 29.97, 59.94)
  /// is that.
  init(_ rate: Double) {
    let whole = Int(saturating: rate.rounded())
    if abs(rate - Double(whole)) < 0.001 {
      (numerator, denominator) = (1, whole)
    } else if abs(rate * 1.001 - (rate * 1.001).rounded()) < 0.01 {
      (numerator, denominator) = (1001, Int(saturating: (rate * 1.001).rounded()) * 1000)
    } else {
      (numerator, denominator) = (1000, Int(saturating: (rate * 1000).rounded()))
    }
  }

  /// The frame at `seconds`.
  func frame(_ seconds: Double) -> Int {
    // Milliseconds are at most 1e12, so this is far from overflow.
    let (time, length) = (milliseconds(seconds) * denominator, 1000 * numerator)
    return (time + length / 2) / length
  }

  /// So many frames as a rational number of seconds: "7/25s".
  func duration(_ frames: Int) -> String {
    frames == 0 ? "0s" : "\(frames * numerator)/\(denominator)s"
  }

  /// `HH:MM:SS:FF`, no frames dropped; after a day it begins anew.
  func timecode(_ frame: Int) -> String {
    let nominal = max(1, (denominator + numerator / 2) / numerator)
    let seconds = frame / nominal
    let parts = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, frame % nominal]
    return parts.map { padded($0, 2) }.joined(separator: ":")
  }
}
