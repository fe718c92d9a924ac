/// What the segmentation network says of every window of a recording, a new window every five seconds.
///
/// Time is counted in steps of 20 ms, those of the embedding network's features.
struct LocalSpeakers: Sendable {
  /// Samples from a window to the next.
  static let hop = 80_000
  /// Samples of a step.
  static let step = 320
  /// Steps of a window.
  static let windowSteps = PyanNetConfig.window / step
  /// Steps over which a window's word comes to count in full: near its ends it knows one side only.
  private static let ramp: Float = 50

  private(set) var windows: [HeardWindow] = []

  /// Takes the next windows.
  mutating func append(_ heard: [HeardWindow]) { windows += heard }

  /// Windows that hear a step.
  func covering(_ step: Int) -> Range<Int> {
    let start = step * Self.step
    let last = min(windows.count - 1, start / Self.hop)
    let first = max(0, (start - PyanNetConfig.window) / Self.hop + 1)
    return first..<max(first, last + 1)
  }

  /// The local speakers heard in a step by one window, as bits.
  func speakers(_ step: Int, window: Int) -> UInt8 {
    PowersetClass(rawValue: windows[window].classes[frame(step, of: window)])?.speakers ?? 0
  }

  /// The frame of a window that speaks for a step.
  private func frame(_ step: Int, of window: Int) -> Int {
    let offset = step * Self.step + Self.step / 2 - window * Self.hop
    let first = PyanNetConfig.frameMiddle - PyanNetConfig.frameStep / 2
    return min(max((offset - first) / PyanNetConfig.frameStep, 0), PyanNetConfig.frames - 1)
  }

  /// The share of the windows that hear speech in a step, and the mean number of speakers: of a window
  /// that hears speech one, and the probability that there are two.
  func activity(_ step: Int) -> (speech: Float, speakers: Float) {
    var (speech, speakers, total): (Float, Float, Float) = (0, 0, 0)
    for window in covering(step) {
      let place = step - window * Self.hop / Self.step
      let distance = Float(min(place, Self.windowSteps - place))
      let weight = min(1, 0.2 + distance / Self.ramp)
      total += weight
      guard self.speakers(step, window: window) != 0 else { continue }
      let overlap = Float(windows[window].overlap[frame(step, of: window)]) / 255
      speech += weight
      speakers += weight * (1 + overlap)
    }
    return total > 0 ? (speech / total, speakers / total) : (0, 0)
  }
}
