/// From pictures to lip frames: faces are followed, their landmarks smoothed over half a second and
/// their mouths cut out, at exactly 25 frames a second.
///
/// Lip frames come a quarter of a second late; no more than the pictures of that time are kept.
package struct MouthStream: ~Copyable {
  /// Lip frames before and after one over which its landmarks are averaged.
  package static let reach = 6
  /// Lip frames that a face may be missing between two sightings and still counts as there.
  package static let bridge = 5

  /// A moment of the grid.
  private struct Moment {
    let index: Int
    /// Nil once its lip frames are made.
    var picture: Picture?
    let faces: [TrackedFace]
    /// Seconds that its picture has been on the screen, on the grid.
    let age: Double
  }

  private var tracker: FaceTracker
  private var grid = LipGrid()
  /// Shown until the next picture comes.
  private var shown: Picture?
  /// The moments around the next one to be made, in order.
  private var moments: [Moment] = []
  /// Place in `moments` of the next one to be made.
  private var pending = 0

  /// A stream before its first picture.
  package init(_ tracker: consuming FaceTracker) {
    self.tracker = tracker
  }

  /// Takes the next picture, which is shown from `seconds` on; times must ascend.
  ///
  /// Calls `body` for the lip frames that are complete, in the order of their times and tracks.
  package mutating func push(
    _ picture: Picture, at seconds: Double, _ body: (LipFrame) -> Void
  ) {
    show(grid.begin(at: seconds), body)
    shown = picture
  }

  /// Ends the stream: the last picture lasts as long as the one before it.
  package mutating func finish(_ body: (LipFrame) -> Void) {
    show(grid.finish(), body)
    shown = nil
    while pending < moments.count { makeNext(body) }
    moments = []
    pending = 0
  }

  /// The picture that is shown now stays for the moments of `range`.
  private mutating func show(_ range: Range<Int>, _ body: (LipFrame) -> Void) {
    guard let picture = shown, let first = range.first else { return }
    let faces = tracker.track(picture, at: LipGrid.time(of: first))
    for index in range {
      let age = Double(index - first) / Double(LipGrid.rate)
      moments.append(Moment(index: index, picture: picture, faces: faces, age: age))
      if moments.count - pending > Self.reach { makeNext(body) }
    }
  }

  /// Makes the lip frames of the moment whose turn it is, and forgets what is out of reach.
  private mutating func makeNext(_ body: (LipFrame) -> Void) {
    let window = max(0, pending - Self.reach)..<min(moments.count, pending + Self.reach + 1)
    for track in tracks(near: pending, in: window) {
      if let frame = frame(of: track.number, run: track.run, window) { body(frame) }
    }
    moments[pending].picture = nil
    pending += 1
    if pending > Self.reach {
      moments.removeFirst(pending - Self.reach)
      pending = Self.reach
    }
  }

  /// The tracks whose face is there at a moment: seen, or seen a little before and after.
  private func tracks(near place: Int, in window: Range<Int>) -> [(number: Int, run: Int)] {
    var found = moments[place].faces.map { (number: $0.track, run: $0.run) }
    let after = moments[place + 1..<min(window.upperBound, place + 1 + Self.bridge)]
    for face in moments[max(window.lowerBound, place - Self.bridge)..<place].flatMap(\.faces) {
      guard !found.contains(where: { $0.number == face.track }) else { continue }
      let comesBack = after.contains { moment in
        moment.faces.contains { $0.track == face.track && $0.run == face.run }
      }
      if comesBack { found.append((face.track, face.run)) }
    }
    return found.sorted { $0.number < $1.number }
  }

  private func frame(of track: Int, run: Int, _ window: Range<Int>) -> LipFrame? {
    let moment = moments[pending]
    let sightings = moments[window].flatMap { moment in
      moment.faces.filter { $0.track == track && $0.run == run }
    }
    guard let picture = moment.picture, !sightings.isEmpty,
      let geometry = FaceGeometry(Self.mean(Self.looked(sightings).map(\.face.landmarks)))
    else { return nil }
    let crop = geometry.mouthSquare.sampled(from: picture, size: LipFrame.side).map {
      UInt8(($0 + 0.5).clamped(to: 0...255))
    }
    var quality = LipQuality()
    quality.size = min(2, geometry.eyeDistance / 64)
    quality.sharpness = LipQuality.sharpness(of: crop)
    quality.yaw = geometry.yaw
    quality.presence = 1
    let last = moments[window.lowerBound...pending].flatMap(\.faces).last { $0.track == track }
    quality.confidence = last?.face.score ?? 0
    quality.stillness = Float(min(1, (last?.stillness ?? 0) + moment.age))
    return LipFrame(
      index: moment.index, track: track, crop: crop, quality: quality, mouth: geometry.mouth,
      appearance: last?.appearance)
  }

  /// Those sightings for which somebody looked.
  private static func looked(_ sightings: [TrackedFace]) -> [TrackedFace] {
    let looked = sightings.filter { !$0.isHeld }
    return looked.isEmpty ? sightings : looked
  }

  /// Each landmark's mean place.
  private static func mean(_ faces: [[Point]]) -> [Point] {
    (0..<5).map { index in
      faces.reduce(Point(x: 0, y: 0)) { $0 + $1[index] } * (1 / Float(faces.count))
    }
  }
}

extension Float {
  fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
