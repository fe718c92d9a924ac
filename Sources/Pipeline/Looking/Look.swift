import Demux

/// What a look at a segment of speech showed.
struct Look: Sendable {
  /// The mouths in it, the lowest face number first; once lips were read, those of that face.
  var mouths: [MouthTrack]
  /// Every face was in view all the time, and none of the mouths moved; nil where that was not looked at.
  let isStill: Bool?
  /// What the account of the recording shall hold of it.
  var sighting: Sighting

  /// These mouths, or none for a `fault`.
  init(mouths: [MouthTrack], fault: PictureFault?, isDamaged: Bool) {
    self.mouths = mouths
    isStill = !mouths.isEmpty && mouths.allSatisfy(\.isStill)
    sighting = Sighting(faces: mouths.count, fault: fault, isDamaged: isDamaged)
  }

  /// A segment in which there are no lips to read, as `Glimpses` tell.
  init(strangers sighting: Sighting) {
    mouths = []
    isStill = nil
    self.sighting = sighting
  }
}

/// What is kept of a look at a segment.
struct Sighting: Sendable, Hashable, Codable {
  /// Faces that were seen.
  let faces: Int
  /// Why not one picture was seen; nil where one was.
  let fault: PictureFault?
  /// Much of the picture could not be decoded.
  let isDamaged: Bool
  /// Lips were read, being those of a face that the networks know.
  var isKnownFace = false
  /// Seconds by which the recording's picture is later than its sound, where this look asked for them.
  var offset: Double?
  /// Faces of strangers with how their lips fit the sound, those that fit best first; nil where that was not asked.
  var fits: [FaceFit]?
}

/// Why there is nothing to see in a recording that has a picture.
package enum PictureFault: Sendable, Hashable, Codable {
  /// It cannot be opened, or not be read on.
  case unreadable(DemuxError)
  /// Not one picture of it could be decoded.
  case undecodable
  /// It comes through a pipe, which cannot be read from any place.
  case pipe
  /// The networks that read lips belong to another speech model than the one chosen.
  case otherSpeechModel
}

/// What looking at a recording came to, over all segments that were looked at.
package struct LipAccount: Sendable, Hashable {
  /// Segments that were looked at.
  package var segments = 0
  /// Segments of which no picture could be seen.
  package var blindSegments = 0
  /// Why, in the first of them.
  package var fault: PictureFault?
  /// Segments in which much of the picture could not be decoded.
  package var damagedSegments = 0
  /// Segments in which a face was seen.
  package var segmentsWithFace = 0
  /// Segments in which lips were read, being those of a face that the networks know.
  package var segmentsWithKnownFace = 0
  /// Segments of which the lips of another face tell that it speaks.
  package var segmentsWithSpeakingFace = 0
  /// Seconds by which the picture is later than the sound, where that was allowed for.
  package var offset: Double?

  /// Nothing seen yet; for a `fault` of the whole recording nothing will be.
  package init(fault: PictureFault? = nil) {
    self.fault = fault
  }

  /// Counts a segment.
  mutating func add(_ sighting: Sighting) {
    segments += 1
    if sighting.isDamaged { damagedSegments += 1 }
    if sighting.faces > 0 { segmentsWithFace += 1 }
    if sighting.isKnownFace { segmentsWithKnownFace += 1 }
    offset = offset ?? sighting.offset
    guard let fault = sighting.fault else { return }
    blindSegments += 1
    self.fault = self.fault ?? fault
  }
}
