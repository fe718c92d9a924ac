/// The grid of lip frames, 25 a second, and which picture each shows.
///
/// Lip frame k is at k/25 s and shows the picture that is on the screen 20 ms later: of a recording
/// at 25 frames a second the one that begins there, of any other the one that has lasted longest
/// there or nearly so.
package struct LipGrid {
  /// Lip frames a second.
  package static let rate = 25
  /// Seconds between a lip frame's time and the moment whose picture it shows.
  package static let delay = 0.02
  /// Seconds forgiven to times that were rounded.
  private static let rounding = 1e-6

  private var next = 0
  private var last: Double?
  private var spacing = 1 / Double(rate)

  /// A grid before the first picture.
  package init() {}

  /// Time of a lip frame in seconds.
  package static func time(of frame: Int) -> Double { Double(frame) / Double(rate) }

  /// The first lip frame that shows a picture of this time or a later one.
  private static func first(from seconds: Double) -> Int {
    let place = ((seconds - delay - rounding) * Double(rate)).rounded(.up)
    return place > 0 ? Int(min(place, 1e15)) : 0
  }

  /// The lip frames of the picture before, which is on the screen until one comes at `seconds`;
  /// none before the first picture. Times must ascend.
  package mutating func begin(at seconds: Double) -> Range<Int> {
    let end = max(next, Self.first(from: seconds))
    defer {
      if let last { spacing = min(seconds - last, 1) }
      last = seconds
      next = end
    }
    return last == nil ? end..<end : next..<end
  }

  /// The lip frames of the last picture, which lasts as long as the one before it.
  package mutating func finish() -> Range<Int> {
    guard let last else { return 0..<0 }
    let end = max(next, Self.first(from: last + spacing))
    defer { next = end }
    return next..<end
  }
}
