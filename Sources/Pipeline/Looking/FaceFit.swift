/// How the lips of one face fit the sound of a segment.
struct FaceFit: Sendable, Hashable, Codable {
  let place: FacePlace
  /// How much likelier it is that the voice belongs to this face than to another one: the natural logarithm.
  let ratio: Double
}

/// Decides which face speaks, over a recording whose segments come in order. Evidence adds up: a face
/// whose lips have fitted before needs little more, and one whose lips never fit is given nothing.
struct FaceJury {
  /// Evidence (20 to 1) with which a face is believed that nobody has heard yet, and with which one that
  /// was heard before.
  private static let (convincing, enough) = (3.0, 0.0)

  /// Largest sum of evidence that each face has had, by its number.
  private var heard: [Int: Double] = [:]

  /// The number of the face that speaks in a segment; nil where none does.
  ///
  /// - Parameter fits: the evidence for each face that was seen in it, by its number.
  /// - Returns: nil too where none fits well enough.
  mutating func speaker(_ fits: [(face: Int, ratio: Double)]) -> Int? {
    guard let best = fits.max(by: { $0.ratio < $1.ratio }) else { return nil }
    let before = heard[best.face, default: 0]
    guard best.ratio > (before >= Self.convincing ? Self.enough : Self.convincing) else {
      return nil
    }
    heard[best.face] = before + best.ratio
    return best.face
  }
}
