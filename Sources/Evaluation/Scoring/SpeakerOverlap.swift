/// For how long each speaker of a reference and each voice of a hypothesis talk, and both together.
struct SpeakerOverlap {
  /// Seconds by speaker, in the order of first appearance; only those who talk in the span.
  private(set) var referenceTimes: [Double]
  private(set) var voiceTimes: [Double]
  /// Seconds `[speaker][voice]` in which both talk.
  private(set) var shared: [[Double]]
  /// Seconds in which fewer and more voices talk than speakers, times how many.
  private(set) var missed = 0.0
  private(set) var falseAlarm = 0.0
  /// Seconds in which voices can be right, times how many.
  private(set) var both = 0.0

  /// Measures within `span`, without the times in `without`.
  init(
    _ reference: [SpeakerSpan], _ hypothesis: [SpeakerSpan], span: ClosedRange<Double>,
    without gaps: [ClosedRange<Double>]
  ) {
    let (spoken, speakers) = Self.numbered(reference, span)
    let (heard, voices) = Self.numbered(hypothesis, span)
    referenceTimes = Array(repeating: 0, count: speakers)
    voiceTimes = Array(repeating: 0, count: voices)
    shared = Array(repeating: voiceTimes, count: speakers)
    var events: [(time: Double, change: Change)] = []
    for (number, times) in spoken { events += Self.events(times) { .speaker(number, $0) } }
    for (number, times) in heard { events += Self.events(times) { .voice(number, $0) } }
    for gap in gaps {
      events += Self.events(gap.clamped(to: span)) { .gap($0) }
    }
    measure(events.sorted { $0.time < $1.time }, from: span.lowerBound)
  }

  /// Speakers and voices, each at most once, so that they share the most time.
  var pairs: [(reference: Int, voice: Int)] {
    let size = max(referenceTimes.count, voiceTimes.count)
    // The assignment is of whole costs: microseconds not shared.
    let costs = (0..<size).map { row in
      (0..<size).map { column in
        guard row < referenceTimes.count, column < voiceTimes.count else { return 0 }
        return -Int((shared[row][column] * 1e6).rounded())
      }
    }
    return Assignment.cheapest(costs).enumerated().compactMap { row, column in
      row < referenceTimes.count && column < voiceTimes.count ? (row, column) : nil
    }
  }

  /// What begins (1) or ends (-1) at a time.
  private enum Change {
    case speaker(Int, Int)
    case voice(Int, Int)
    case gap(Int)
  }

  private static func events(
    _ times: ClosedRange<Double>, _ change: (Int) -> Change
  ) -> [(time: Double, change: Change)] {
    [(times.lowerBound, change(1)), (times.upperBound, change(-1))]
  }

  /// The spans that lie in `span` with numbers for their speakers, and how many these are.
  private static func numbered(
    _ spans: [SpeakerSpan], _ span: ClosedRange<Double>
  ) -> ([(Int, ClosedRange<Double>)], Int) {
    var numbers: [String: Int] = [:]
    let result = spans.compactMap { turn -> (Int, ClosedRange<Double>)? in
      let start = max(turn.start, span.lowerBound)
      let end = min(turn.end, span.upperBound)
      guard start < end else { return nil }
      let number = numbers[turn.speaker] ?? numbers.count
      numbers[turn.speaker] = number
      return (number, start...end)
    }
    return (result, numbers.count)
  }

  private mutating func measure(_ events: [(time: Double, change: Change)], from start: Double) {
    var speaking = referenceTimes.map { _ in 0 }
    var heard = voiceTimes.map { _ in 0 }
    var (gaps, last) = (0, start)
    for (time, change) in events {
      if gaps == 0, time > last { add(time - last, speaking, heard) }
      last = max(last, time)
      switch change {
      case .speaker(let number, let step): speaking[number] += step
      case .voice(let number, let step): heard[number] += step
      case .gap(let step): gaps += step
      }
    }
  }

  private mutating func add(_ seconds: Double, _ speaking: [Int], _ heard: [Int]) {
    let speakers = speaking.indices.filter { speaking[$0] > 0 }
    let voices = heard.indices.filter { heard[$0] > 0 }
    for speaker in speakers {
      referenceTimes[speaker] += seconds
      for voice in voices { shared[speaker][voice] += seconds }
    }
    for voice in voices { voiceTimes[voice] += seconds }
    missed += seconds * Double(max(0, speakers.count - voices.count))
    falseAlarm += seconds * Double(max(0, voices.count - speakers.count))
    both += seconds * Double(min(speakers.count, voices.count))
  }
}
