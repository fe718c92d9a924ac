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
  /// The largest change from one picture to the next since the last look.
  private(set) var change: Float = 0

  init(_ options: FaceTracker.Options) {
    self.options = options
  }

  /// Whether half of the picture has changed.
  var isCut: Bool { change >= SceneChange.cut }
  /// Whether tiles may have moved.
  var isDisturbed: Bool { change >= SceneChange.disturbance }

  /// Takes the share of a picture that has changed; false where faces may count as being where they were.
  mutating func isDue(_ change: Float, at time: Double) -> Bool {
    self.change = max(self.change, change)
    return isCut || time - lastFollow >= options.followInterval - Self.rounding
  }

  /// Whether the whole picture is to be searched now.
  func wantsSearch(at time: Double) -> Bool {
    let isMissing = time - lastLoss <= options.searchTime
    let interval =
      isMissing
      ? options.recoveryInterval
      : isDisturbed ? options.disturbedInterval : options.detectionInterval
    return isCut || time - lastSearch >= interval - Self.rounding
  }

  mutating func lose(at time: Double) { lastLoss = time }

  mutating func search(at time: Double) { lastSearch = time }

  /// Ends a look.
  mutating func end(at time: Double) {
    lastFollow = time
    change = 0
  }
}
