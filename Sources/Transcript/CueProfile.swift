/// How the words of a transcript are written, and the limits that subtitles are laid out within.
///
/// The standard values follow the practice of the large public style guides; `docs/manual/OUTPUT.md`
/// gives the sources.
package struct CueProfile: Sendable, Hashable {
  /// Lines shown at once.
  package private(set) var maxLines = 2
  /// Characters in a line, spaces included.
  package private(set) var maxLineLength = 42
  /// Characters a second, held wherever there is time to show a cue for longer.
  package private(set) var maxReadingSpeed = 20.0
  /// Seconds.
  package private(set) var minDuration = 5.0 / 6.0
  /// Seconds.
  package private(set) var maxDuration = 7.0
  /// Frames between the end of a cue and the start of the next.
  package private(set) var gapFrames = 2
  /// Frames a second, which gives the length of a frame.
  package private(set) var frameRate = 25.0
  /// Seconds that a cue stays after its last word where nothing follows.
  package private(set) var linger = 0.25
  /// Seconds; a shorter gap between two cues is closed to `gapFrames`, since it would flicker.
  package private(set) var closedGap = 0.5
  /// Seconds; no cue spans a silence this long.
  package private(set) var pauseLimit = 1.0
  /// Which cues say how their words were come by, in formats that have a place for it.
  package var notes = CueNotes.lips
  /// Whether quick exchanges of two speakers are shown in one cue, a line each with a dash.
  package var joinsSpeakers = false
  /// How words are written in formats that people read.
  package var form = WrittenForm()

  package static let standard = CueProfile()
}

/// A value that a profile cannot have.
package enum CueProfileError: Error, Hashable {
  case outOfRange(CueProfile.Field, value: Double, allowed: ClosedRange<Double>)
  case notWhole(CueProfile.Field, value: Double)
}

extension CueProfile {
  /// The names by which a user sets the values.
  package enum Field: String, Sendable, Hashable, CaseIterable {
    case maxLines = "lines"
    case maxLineLength = "line-length"
    case maxReadingSpeed = "reading-speed"
    case minDuration = "min-duration"
    case maxDuration = "max-duration"
    case gapFrames = "gap-frames"
    case frameRate = "frame-rate"
    case linger = "linger"
    case closedGap = "closed-gap"
    case pauseLimit = "pause-limit"
  }

  /// What `field` may be set to while the other fields stay as they are.
  package func allowed(_ field: Field) -> ClosedRange<Double> {
    switch field {
    case .maxLines: 1...4
    case .maxLineLength: 10...200
    case .maxReadingSpeed: 5...100
    case .minDuration: 0.1...maxDuration
    case .maxDuration: minDuration...60
    case .gapFrames: 0...25
    case .frameRate: 1...240
    case .linger, .closedGap: 0...5
    case .pauseLimit: 0.2...10
    }
  }

  /// Sets one value; throws where it is out of range, and then nothing has changed.
  package mutating func set(_ field: Field, to value: Double) throws(CueProfileError) {
    let allowed = allowed(field)
    guard allowed.contains(value) else {
      throw .outOfRange(field, value: value, allowed: allowed)
    }
    switch field {
    case .maxLines: maxLines = try whole(field, value)
    case .maxLineLength: maxLineLength = try whole(field, value)
    case .maxReadingSpeed: maxReadingSpeed = value
    case .minDuration: minDuration = value
    case .maxDuration: maxDuration = value
    case .gapFrames: gapFrames = try whole(field, value)
    case .frameRate: frameRate = value
    case .linger: linger = value
    case .closedGap: closedGap = value
    case .pauseLimit: pauseLimit = value
    }
  }

  private func whole(_ field: Field, _ value: Double) throws(CueProfileError) -> Int {
    guard let whole = Int(exactly: value) else { throw .notWhole(field, value: value) }
    return whole
  }
}
