/// What is known of a frame's place in time. Lengths and offsets are in samples at 16 kHz.
struct FrameStamp {
  /// Its timestamp less all the samples of its track before it; nil without a timestamp.
  let offset: Double?
  let length: Double
  /// A packet is known to have been lost just before it.
  let isAfterDamage: Bool

  /// Slope of offsets that is drift of a sound card, at most: 2 % with some room.
  static let steepestDrift = 0.025

  /// By how much offsets fall at most from one frame to any later one, more than drift lets them.
  static func fall(_ stamps: some Sequence<FrameStamp>) -> Double {
    var (position, highest, fall) = (0.0, -Double.infinity, 0.0)
    for stamp in stamps {
      if let offset = stamp.offset {
        let level = offset + position * steepestDrift
        highest = max(highest, level)
        fall = max(fall, highest - level)
      }
      position += stamp.length
    }
    return fall
  }

  /// The value below which a share of values lies.
  static func quantile(_ values: [Double], _ share: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    return values.sorted()[Int(share * Double(values.count - 1))]
  }
}

/// The frames of the last two seconds.
struct ClockHistory {
  private var stamps: [FrameStamp] = []
  /// Stamps before this are forgotten.
  private var first = 0
  private var length = 0.0
  /// Everything since the beginning, or since the timestamps were begun anew, is here.
  private(set) var isYoung = true
  /// What was added to the offsets since they were remembered.
  private var lifted = 0.0

  /// Frames kept at most, however short they are.
  private static let most = 1_024

  mutating func append(_ stamp: FrameStamp) {
    stamps.append(stamp)
    length += stamp.length
    while length - stamps[first].length > ClockRule.reach || stamps.count - first > Self.most {
      length -= stamps[first].length
      first += 1
      isYoung = false
    }
    if first > Self.most {
      stamps.removeFirst(first)
      first = 0
    }
  }

  mutating func removeAll() { self = ClockHistory() }

  /// Follows a gap: what is remembered becomes comparable to what comes after it.
  mutating func lift(by samples: Double) {
    stamps = recent.map {
      FrameStamp(
        offset: $0.offset.map { $0 + samples }, length: $0.length,
        isAfterDamage: $0.isAfterDamage)
    }
    first = 0
  }

  private var recent: ArraySlice<FrameStamp> { stamps[first...] }

  /// By how much offsets fall in these frames and those of a view; a step down to the first of the
  /// view is none.
  func fall(with view: ClockView) -> Double {
    if let last = recent.last?.offset, let next = view.head.offset,
      last - next > Double(ClockRule.tolerance)
    {
      return max(FrameStamp.fall(recent), FrameStamp.fall(view.stamps))
    }
    return FrameStamp.fall(Array(recent) + view.stamps)
  }

  /// A second and more of a clock that does not fall.
  var isExact: Bool {
    length >= ClockRule.reach / 2 && FrameStamp.fall(recent) <= Double(ClockRule.tolerance)
  }

  /// The median offset.
  var median: Double? { FrameStamp.quantile(recent.compactMap(\.offset), 0.5) }

  /// The lower envelope of these frames and those of a view, as differences.
  func level(lift: Double, with view: ClockView) -> Double {
    FrameStamp.quantile(recent.compactMap(\.offset).map { $0 + lift } + view.values, 0.1) ?? 0
  }

  /// A frame's offset is off from the one before by more than a clock can run wrong in one frame.
  func isStep(to stamp: FrameStamp) -> Bool {
    guard let offset = stamp.offset, let last = stamps.last(where: { $0.offset != nil }),
      let before = last.offset, first < stamps.count
    else { return true }
    return abs(offset - before) > max(Double(ClockRule.toleranceAfterDamage), last.length / 4)
  }

  /// The straight line that the offsets follow: its slope, and its value at the last; nil where they
  /// follow none, do not change, or change faster than any sound card.
  var trend: (slope: Double, end: Double)? {
    guard length > 0.5 * ClockRule.reach else { return nil }
    var line = LineFit()
    var position = 0.0
    for stamp in recent {
      if let offset = stamp.offset { line.add(position, offset) }
      position += stamp.length
    }
    guard let (slope, value) = line.fit, abs(slope) >= Self.leastDrift,
      abs(slope) <= FrameStamp.steepestDrift,
      line.deviation <= Self.straightness * abs(slope) * length
    else { return nil }
    return (slope, value)
  }

  /// 0.2 %: 4 ms in two seconds.
  private static let leastDrift = 0.002
  /// Share of the whole change by which offsets may deviate from a line; a step does by more.
  private static let straightness = 0.12
}

/// The line of least squares through points.
struct LineFit {
  private var (count, x, y, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
  private var origin: Double?
  private var last = 0.0

  mutating func add(_ position: Double, _ value: Double) {
    // Large numbers would leave no digits for their differences.
    let start = origin ?? value
    origin = start
    let height = value - start
    count += 1
    x += position
    y += height
    xx += position * position
    xy += position * height
    yy += height * height
    last = position
  }

  /// Slope, and value at the last position; nil without two positions.
  var fit: (slope: Double, end: Double)? {
    let spread = xx - x * x / max(count, 1)
    guard count > 2, spread > 0, let origin else { return nil }
    let slope = (xy - x * y / count) / spread
    return (slope, origin + y / count + slope * (last - x / count))
  }

  /// Root of the mean square by which values deviate from the line.
  var deviation: Double {
    guard let (slope, _) = fit else { return 0 }
    let across = yy - y * y / count
    return (max(0, across - slope * (xy - x * y / count)) / count).squareRoot()
  }
}

/// The frames ahead, as differences from where they would stand if each followed the one before.
struct ClockView {
  let head: FrameStamp
  /// What makes a difference of an offset.
  let lift: Double
  /// Differences of the frames that have a timestamp.
  let values: [Double]
  private let sorted: [Double]
  /// Samples in all.
  let length: Double
  let stamps: ArraySlice<FrameStamp>
  private let slope: Double

  /// Frames up to a lasting jump in their timestamps to below `base`; the first must have a
  /// timestamp.
  init(_ ahead: [FrameStamp], lift: Double, base: Double) {
    let near = ahead.prefix(ClockView.lengthBeforeJump(ahead, lowest: base - lift))
    head = ahead[0]
    stamps = near
    self.lift = lift
    values = near.compactMap { stamp in stamp.offset.map { $0 + lift } }
    sorted = values.sorted()
    length = near.reduce(0) { $0 + $1.length }
    let change = (values.last ?? 0) - (values.first ?? 0)
    slope = length > 0 ? change / length : 0
  }

  /// Difference of the first frame.
  var first: Double { values.first ?? 0 }

  /// The timestamps go on by less than half of the samples.
  var stands: Bool { values.count > 2 && slope < -0.5 }

  /// Differences only fall, and the later half of them lies in parallel, below `base`, by no more
  /// than an overlap.
  func settlesBelow(_ base: Double) -> Bool {
    let later = stamps.suffix(max(1, stamps.count / 2))
    let turned = stamps.map {
      FrameStamp(
        offset: $0.offset.map { -$0 }, length: $0.length, isAfterDamage: $0.isAfterDamage)
    }
    guard let last = values.last else { return false }
    return FrameStamp.fall(later) <= Double(ClockRule.tolerance)
      && FrameStamp.fall(turned) <= Double(ClockRule.tolerance)
      && last - base < -Double(ClockRule.tolerance)
      && last - base >= -Double(ClockRule.longestOverlap)
  }

  func quantile(_ share: Double) -> Double {
    sorted.isEmpty ? 0 : sorted[Int(share * Double(sorted.count - 1))]
  }

  /// No run of frames from the first on fits better to what was usual than to that lifted.
  func isLifted(from usual: Double, by shift: Double) -> Bool {
    var balance = 0.0
    for value in values {
      balance += abs(value - usual) - abs(value - usual - shift)
      if balance < 0 { return false }
    }
    return true
  }

  /// How many frames come before timestamps run back, further than any overlap and below `lowest`,
  /// and stay there.
  private static func lengthBeforeJump(_ ahead: [FrameStamp], lowest: Double) -> Int {
    var highest = -Double.infinity
    for index in ahead.indices.reversed().dropLast() {
      guard let offset = ahead[index].offset, let before = ahead[index - 1].offset else { continue }
      highest = max(highest, offset)
      if highest < min(before, lowest) - Double(ClockRule.longestOverlap) { return index }
    }
    return ahead.count
  }
}
