import Testing

@testable import LipEncoder

/// Which picture each lip frame shows.
@Suite struct LipGridTests {
  /// The picture's number for each lip frame, by the grid.
  private func shown(_ times: [Double]) -> [Int: Int] {
    var grid = LipGrid()
    var result: [Int: Int] = [:]
    for (place, time) in times.enumerated() {
      for frame in grid.begin(at: time) { result[frame] = place - 1 }
    }
    for frame in grid.finish() { result[frame] = times.count - 1 }
    return result
  }

  /// The same by the rule: the latest picture that begins by k/25 + 0.02 s, until the last has
  /// lasted as long as the one before it.
  private func ruled(_ times: [Double]) -> [Int: Int] {
    let spacing = times.count > 1 ? min(1, times[times.count - 1] - times[times.count - 2]) : 0.04
    var result: [Int: Int] = [:]
    for frame in 0..<1000 {
      let moment = Double(frame) / 25 + 0.02 + 1e-6
      guard moment < times[times.count - 1] + spacing else { break }
      result[frame] = times.lastIndex { $0 <= moment }
    }
    return result
  }

  private func regular(_ rate: Double, count: Int, from start: Double = 0) -> [Double] {
    (0..<count).map { start + Double($0) / rate }
  }

  @Test func aRecordingAt25FramesIsTakenAsItIs() {
    let frames = shown(regular(25, count: 75))
    #expect(frames == Dictionary(uniqueKeysWithValues: (0..<75).map { ($0, $0) }))
  }

  @Test(arguments: [60, 50, 30, 30000.0 / 1001, 24, 15, 10, 1])
  func everyRateFollowsTheRule(_ rate: Double) {
    let times = regular(rate, count: Int(4 * rate))
    #expect(shown(times) == ruled(times))
    #expect(shown(times).count == 100 || rate > 25)
  }

  @Test func lowRatesRepeatPictures() {
    let frames = shown(regular(10, count: 10))
    #expect((0..<6).map { frames[$0] } == [0, 0, 1, 1, 1, 2])
  }

  @Test func variableRatesFollowTheRule() {
    let times = [0.0, 0.033, 0.1, 0.101, 0.102, 0.4, 0.42, 0.4601, 2, 2.04]
    #expect(shown(times) == ruled(times))
  }

  @Test func theGridCountsFromTimeZero() {
    let frames = shown(regular(25, count: 3, from: 1.0))
    #expect(frames.keys.sorted() == [25, 26, 27])
    let late = shown(regular(25, count: 3, from: 1.03))
    #expect(late.keys.sorted() == [26, 27, 28])
  }

  /// A picture that begins a little before time zero is on the screen at frame 0.
  @Test func framesBeforeTimeZeroAreLeftOut() {
    #expect(shown([-0.5, -0.04, 0.04]) == [0: 1, 1: 2, 2: 2])
    #expect(shown([]).isEmpty)
  }
}
