import LipEncoder
import Transcript

/// Makes one recording's transcript of what was read in it: the one place where words, tracks and faces
/// become segments with speakers.
///
/// Readings come in the order of starts, and readers know nothing of one another: here faces get their
/// numbers and tracks the names of those who speak in them. Who joins what is known of the whole
/// recording to it, as voices are, takes the segments at the end: then words may still be divided anew
/// among segments and speakers. A word takes some 100 bytes, ten hours of them 10 to 30 MB.
struct TranscriptAssembly {
  /// When segments leave.
  enum Release: Sendable {
    /// Each as soon as it was read.
    case atOnce
    /// All when the recording has ended.
    case atEnd
  }

  private let release: Release
  /// Names by audio track, from 1.
  private let speakers: [Int: String]
  private var faces = FaceRoll()
  private var held: [Segment] = []
  /// What looking at the recording came to.
  private(set) var account: LipAccount

  /// An assembly for a recording in whose tracks (from 1) `speakers` speak; `account` is what is known of
  /// its picture beforehand.
  init(
    release: Release, speakers: [Int: String] = [:], account: LipAccount = LipAccount()
  ) {
    self.release = release
    self.speakers = speakers
    self.account = account
  }

  /// Takes the next reading of the recording; returns the segment that is settled with it, if any.
  mutating func add(_ reading: Reading) -> Segment? {
    if case .final(let sighting?) = reading.round { account.add(sighting) }
    guard var segment = reading.words else { return nil }
    segment.speaker = speakers[segment.track]
    if let face = reading.face { show(face, in: &segment) }
    guard release == .atEnd else { return segment }
    held.append(segment)
    return nil
  }

  /// Ends the recording; returns the segments that were held, in the order of starts.
  mutating func finish() -> [Segment] {
    defer { held = [] }
    return held
  }

  /// Puts the number and the place of the face whose lips were read into a segment.
  private mutating func show(_ face: FacePlace, in segment: inout Segment) {
    let number = faces.number(face)
    for index in segment.words.indices { segment.words[index].lips?.face = number }
    segment.mouth = MouthPosition(x: Double(face.share.x), y: Double(face.share.y))
  }
}
