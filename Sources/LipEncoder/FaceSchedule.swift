/// When a face tracker looks: at the faces that it follows, and at the whole picture.
///
/// The whole picture is where the cost is: the three networks over all of it take 50 times what the third
/// one takes where a face was.
struct FaceSchedule {
  /// Times are rounded.
  private static let rounding = 1e-6

  private let options: FaceTracker.Options
  private var lastFollow = -Double.infinity
  private var lastSearch = -Double.infinity
  private var lastLoss = -Double.infinity
  /// The largest change from one picture to the next since the last look, and since the last search.
  private var change: Float = 0
  private var unsettled: Float = 0
  /// What the last look showed: no face at all; faces that hardly move.
  private var isEmpty = true
  private var isAtRest = false

  init(_ options: FaceTracker.Options) {
    self.options = options
  }

  /// Whether half of the picture has changed.
  var isCut: Bool { change >= SceneChange.cut }
  /// Whether tiles may have moved.
  var isDisturbed: Bool { change >= SceneChange.disturbance }

  /// Takes the share of a picture that has changed; false where faces may count as being where they were.
  mutating func isDue(_ share: Float, at time: Double) -> Bool {
    change = max(change, share)
    unsettled = max(unsettled, share)
    let interval = isAtRest && !isDisturbed ? options.restingInterval : options.followInterval
    return isCut || time - lastFollow >= interval - Self.rounding
  }

  /// Whether the whole picture is to be searched now.
  func wantsSearch(at time: Double) -> Bool {
    if isCut { return true }
    if isDisturbed, lastLoss == time, options.disturbedInterval.isFinite { return true }
    return time - lastSearch >= interval(at: time) - Self.rounding
  }

  private func interval(at time: Double) -> Double {
    let missing = time - lastLoss
    if missing <= options.searchTime { return options.recoveryInterval }
    guard unsettled >= SceneChange.disturbance else {
      return isEmpty ? options.emptyInterval : options.detectionInterval
    }
    return missing <= options.returnTime ? options.recoveryInterval : options.disturbedInterval
  }

  mutating func lose(at time: Double) { lastLoss = time }

  mutating func search(at time: Double) {
    lastSearch = time
    unsettled = 0
  }

  /// Ends a look, which showed no face at all, or faces that hardly move.
  mutating func end(at time: Double, isEmpty: Bool, isAtRest: Bool) {
    lastFollow = time
    change = 0
    (self.isEmpty, self.isAtRest) = (isEmpty, isAtRest)
  }
}
