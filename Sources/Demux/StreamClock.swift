import CFFmpeg

/// The times of one stream's packets and frames, from time zero, with jumps in its timestamps
/// joined.
struct StreamClock {
  /// The stream's time base.
  let base: AVRational
  /// Time zero on the container's clock.
  let zero: ExactTime
  /// The stream's own first time, from time zero.
  let start: ExactTime?
  /// The container's clock begins anew with each of several parts, as its format has it.
  let beginsAnew: Bool
  /// What is added to timestamps since the last jump.
  private var shift = ExactTime.zero
  /// A jump was joined on.
  private(set) var hasJumped = false
  private let jumps: JumpHistory

  init(
    base: AVRational, zero: ExactTime, start: ExactTime?, beginsAnew: Bool, jumps: JumpHistory
  ) {
    self.beginsAnew = beginsAnew
    self.base = base
    self.zero = zero
    self.start = start
    self.jumps = jumps
  }

  /// The time of a timestamp; nil when it is absent or absurd.
  func time(_ timestamp: Int64) -> ExactTime? {
    ExactTime(timestamp, in: base).map { $0 - zero + shift }
  }

  /// Seconds that a number of ticks lasts.
  func seconds(_ ticks: Int64) -> Double { Double(ticks) * av_q2d(base) }

  /// Makes the timestamp that now reads `time` read `expected`, or nearly so: another stream that
  /// jumped in the same way is followed, which keeps the two in step.
  mutating func join(_ time: ExactTime, at expected: ExactTime) {
    let unshifted = time - shift
    let followed = jumps.shifts.last {
      ((unshifted + $0) - expected).seconds.magnitude <= StreamClock.followingDistance
    }
    shift = followed ?? expected - unshifted
    hasJumped = true
    if followed == nil { jumps.add(shift) }
  }

  private static let followingDistance = 1.0
}

/// The jumps met lately in any stream of a recording.
final class JumpHistory {
  private(set) var shifts: [ExactTime] = []
  private static let remembered = 8

  /// Remembers what has to be added to timestamps after a jump.
  func add(_ shift: ExactTime) {
    shifts.append(shift)
    if shifts.count > JumpHistory.remembered { shifts.removeFirst() }
  }
}
