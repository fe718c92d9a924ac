import Transcript

/// Joins voices and faces of a recording: a voice belongs to the face whose lips fit it, all its segments
/// taken together. The sum over a voice says more than a segment can, so it also decides which face of a
/// segment speaks, and that a voice belongs to nobody who is seen.
struct VoiceFaces {
  /// Sum of evidence, a natural logarithm, with which a face is joined to a voice: as `FaceJury` asks for.
  private static let convincing = 8.0
  /// Two voices of one face are one person only where its lips fit this share of the segments of each:
  /// a voice in which diarization has mixed two people fits in some.
  private static let share = 0.8
  /// Segments in which a voice was heard with faces in view, before it is said to be off screen.
  private static let enough = 2

  /// What the segments of one voice have shown.
  private struct Evidence {
    var sums: [Int: Double] = [:]
    /// Segments in which the lips of a face fit better than not.
    var fitting: [Int: Int] = [:]
    var segments = 0

    /// The face with most evidence, if that is convincing.
    var face: Int? {
      let best = sums.max { ($0.value, $1.key) < ($1.value, $0.key) }
      return best.flatMap { $0.value > VoiceFaces.convincing ? $0.key : nil }
    }
  }

  private var voices: [Int: Evidence] = [:]

  /// Takes a segment of one voice (its number in the `VoiceRoll`), with the evidence for each face in view.
  mutating func add(voice: Int, fits: [Int: Double]) {
    guard !fits.isEmpty else { return }
    voices[voice, default: Evidence()].segments += 1
    for (face, ratio) in fits {
      voices[voice]?.sums[face, default: 0] += ratio
      if ratio > 0 { voices[voice]?.fitting[face, default: 0] += 1 }
    }
  }

  /// Whose face a voice is, as far as that is known.
  func sight(of voice: Int) -> VoiceSight? {
    guard let evidence = voices[voice] else { return nil }
    if let face = evidence.face { return .face(face) }
    let isNobodys = evidence.sums.values.allSatisfy { $0 < 0 }
    return isNobodys && evidence.segments >= Self.enough ? .offScreen : nil
  }

  /// For each voice that is another one's person, the first voice of that person: both have the same face,
  /// whose lips fit nearly all that either says.
  var samePerson: [Int: Int] {
    var firsts: [Int: Int] = [:]
    var same: [Int: Int] = [:]
    for (voice, evidence) in voices.sorted(by: { $0.key < $1.key }) {
      guard let face = evidence.face,
        Double(evidence.fitting[face] ?? 0) >= Self.share * Double(evidence.segments)
      else { continue }
      if let first = firsts[face] { same[voice] = first } else { firsts[face] = voice }
    }
    return same
  }
}
