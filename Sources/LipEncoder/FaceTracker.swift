import NN

/// Follows faces from picture to picture.
///
/// All three networks look at the whole picture every two seconds, oftener where much of it changes, a face
/// was lost or there is none (`FaceSchedule`); in between only the third one looks where each face was, in every
/// second picture of 25 a second, in every third where faces hardly move.
package struct FaceTracker: ~Copyable {
  /// When to look, and what counts as the same face.
  package struct Options: Sendable, Hashable {
    /// Seconds between two looks at the faces that are followed, and where each of them has moved by less
    /// than `restingShare` of the distance of its eyes since the last one.
    package var followInterval = 0.06
    package var restingInterval = 0.12
    package var restingShare: Float = 0.04
    /// Seconds between two looks at the whole picture, where no face is followed, and where much of it changes.
    package var detectionInterval = 2.0
    package var emptyInterval = 1.0
    package var disturbedInterval = 0.4
    /// Seconds between two such looks for `searchTime` after a face was lost, and for `returnTime` where much
    /// of the picture changes.
    package var recoveryInterval = 0.1
    package var searchTime = 0.5
    package var returnTime = 2.0
    /// Seconds after which a face that was not seen again is forgotten.
    package var memory = 600.0
    /// Faces remembered at most.
    package var mostTracks = 64
    /// Similarity of looks that a face keeps from one picture to the next, and where much of the
    /// picture changes.
    package var continuity: Float = 0.55
    package var continuityInChange: Float = 0.8
    /// Similarity by which a face is known again: at its place; elsewhere, after a cut, and where
    /// another face was in between.
    package var likenessInPlace: Float = 0.5
    package var likeness: Float = 0.75
    /// Score from which on a face is believed at first sight.
    package var certainty: Float = 0.95
    /// Mean difference of grey values below which a picture of a face is the same picture again.
    package var stillDifference: Float = 0.05

    package init() {}
  }

  /// Pixels of the short side from which on faces are searched for in a smaller picture: a face of a call of
  /// 25 in 1280 x 720 is 50 pixels across, of which 25 are left.
  private static let searchedSide = 360

  private let options: Options
  private var detector: FaceDetector
  private var tracks: [FaceTrack] = []
  private var scene = SceneChange()
  private var previous: Picture?
  private var schedule: FaceSchedule
  private var nextNumber = 1
  /// What the last look showed, and when.
  private var shown: (faces: [TrackedFace], time: Double) = ([], 0)

  /// A tracker that has seen nothing.
  package init(_ detector: consuming FaceDetector, options: Options = Options()) {
    self.detector = detector
    self.options = options
    schedule = FaceSchedule(options)
  }

  /// The faces in the next picture, which may have another size than the last one; `time` is in
  /// seconds, later than the last one's. Where nobody has to look yet they are where they were.
  package mutating func track(_ picture: Picture, at time: Double) -> [TrackedFace] {
    resize(to: picture)
    guard schedule.isDue(scene.share(of: picture), at: time) else {
      return shown.faces.map { $0.held(for: time - shown.time) }
    }
    if !schedule.isCut, follow(in: picture, at: time, isDisturbed: schedule.isDisturbed) {
      schedule.lose(at: time)
    }
    if schedule.wantsSearch(at: time) {
      detect(in: picture, at: time, afterCut: schedule.isCut)
      schedule.search(at: time)
    }
    schedule.end(at: time, isEmpty: !tracks.contains { $0.isActive }, isAtRest: isAtRest)
    forget(at: time)
    previous = picture
    let faces = tracks.filter { $0.lastSeen == time && $0.isConfirmed }.map { track in
      TrackedFace(
        track: track.number, run: track.run, face: track.face, stillness: time - track.lastChange,
        appearance: track.appearance)
    }
    shown = (faces, time)
    return faces
  }

  /// Faces are followed, and all of them were seen in the last look too, nearly where they are.
  private var isAtRest: Bool {
    let active = tracks.filter(\.isActive)
    return !active.isEmpty
      && active.allSatisfy { track in
        track.lastStep.map { $0 < options.restingShare } ?? false
      }
  }

  /// Looks where each face was; true when one is not there any more.
  private mutating func follow(in picture: Picture, at time: Double, isDisturbed: Bool) -> Bool {
    let active = tracks.indices.filter { tracks[$0].isActive }
    let found = detector.examinations(of: active.map { tracks[$0].expected }, in: picture)
    let needed = isDisturbed ? options.continuityInChange : options.continuity
    var isLost = false
    for (index, face) in zip(active, found) {
      guard let face, face.score > detector.options.outputThreshold,
        tracks[index].nearness(of: face.box) > 0.5, let geometry = FaceGeometry(face.landmarks)
      else {
        tracks[index].isActive = false
        isLost = true
        continue
      }
      let appearance = Appearance(of: geometry, in: picture)
      if appearance.similarity(to: tracks[index].latest) > needed {
        see(index, as: face, appearance, in: picture, at: time)
      } else {
        tracks[index].isActive = false
        tracks[index].isReplaced = true
        isLost = true
      }
    }
    return dropDoubles(at: time) || isLost
  }

  /// Two tracks that have come upon one face: the one that follows it longer stays.
  private mutating func dropDoubles(at time: Double) -> Bool {
    var isLost = false
    let seen = tracks.indices.filter { tracks[$0].lastSeen == time }
    for (place, index) in seen.enumerated() {
      let isDouble = seen[..<place].contains {
        tracks[$0].isActive
          && tracks[$0].face.box.overlap(tracks[index].face.box, ofSmaller: true) > 0.7
      }
      guard isDouble else { continue }
      isLost = true
      tracks[index].isActive = false
      tracks[index].lastSeen = -Double.infinity
    }
    return isLost
  }

  private mutating func see(
    _ index: Int, as face: DetectedFace, _ appearance: Appearance, in picture: Picture,
    at time: Double
  ) {
    let jumped = tracks[index].nearness(of: face.box) <= 0.5
    let isInterrupted = tracks[index].isBeforeCut || tracks[index].isReplaced
    if jumped || isInterrupted || time - tracks[index].lastSeen > 0.5 { tracks[index].run += 1 }
    let change = previous.flatMap { picture.difference(from: $0, within: face.box) }
    if jumped || change.map({ $0 > options.stillDifference }) ?? true {
      tracks[index].lastChange = time
    }
    tracks[index].lastStep = jumped ? nil : tracks[index].face.step(to: face)
    tracks[index].face = face
    tracks[index].appearance.renew(with: appearance)
    tracks[index].latest = appearance
    tracks[index].lastSeen = time
    tracks[index].isActive = true
    tracks[index].isBeforeCut = false
    tracks[index].isReplaced = false
    tracks[index].isConfirmed = true
  }

  /// Looks at the whole picture and finds out whose the faces are.
  private mutating func detect(in picture: Picture, at time: Double, afterCut: Bool) {
    let reduction = max(1, min(picture.width, picture.height) / Self.searchedSide)
    let faces = detector.detect(in: picture, reducedBy: reduction).compactMap { face in
      FaceGeometry(face.landmarks).map {
        FaceMatch.Candidate(face: face, appearance: Appearance(of: $0, in: picture))
      }
    }
    if afterCut { for index in tracks.indices { tracks[index].isBeforeCut = true } }
    let pairs = FaceMatch.pairs(faces, tracks, options)
    for index in tracks.indices where tracks[index].isActive && tracks[index].lastSeen < time {
      tracks[index].isActive = false
      schedule.lose(at: time)
    }
    for (place, candidate) in faces.enumerated() {
      guard let index = pairs[place] else {
        begin(candidate, at: time)
        continue
      }
      // What was followed into this picture is seen already.
      if tracks[index].lastSeen < time {
        see(index, as: candidate.face, candidate.appearance, in: picture, at: time)
      } else {
        tracks[index].face = candidate.face
      }
      tracks[index].anchor = candidate.face
    }
  }

  private mutating func begin(_ candidate: FaceMatch.Candidate, at time: Double) {
    tracks.append(
      FaceTrack(
        number: nextNumber, face: candidate.face, appearance: candidate.appearance, at: time,
        isSure: candidate.face.score >= options.certainty))
    nextNumber += 1
  }

  private mutating func forget(at time: Double) {
    tracks.removeAll { track in
      (!track.isActive && !track.isConfirmed) || time - track.lastSeen > options.memory
    }
    guard tracks.count > options.mostTracks else { return }
    let oldest = tracks.map(\.lastSeen).sorted()[tracks.count - options.mostTracks - 1]
    tracks.removeAll { $0.lastSeen <= oldest && $0.lastSeen < time }
  }

  /// Moves the places of faces with the picture's size.
  private mutating func resize(to picture: Picture) {
    guard let previous, previous.width != picture.width || previous.height != picture.height
    else { return }
    let x = Float(picture.width) / Float(previous.width)
    let y = Float(picture.height) / Float(previous.height)
    for index in tracks.indices {
      tracks[index].face = tracks[index].face.resized(x, y)
      tracks[index].anchor = tracks[index].anchor.resized(x, y)
      tracks[index].isBeforeCut = true
    }
    self.previous = nil
    // Where faces were shown counts no longer: the whole picture is searched at once.
    schedule = FaceSchedule(options)
  }
}

extension DetectedFace {
  /// The same face in a picture of another width and height.
  fileprivate func resized(_ x: Float, _ y: Float) -> DetectedFace {
    DetectedFace(
      box: box.resized(x, y), score: score,
      landmarks: landmarks.map { Point(x: $0.x * x, y: $0.y * y) },
      view: view.resized(x, y).squared)
  }
}
