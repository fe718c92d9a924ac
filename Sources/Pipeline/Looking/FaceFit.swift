/// How the lips of one face fit the sound of a segment.
struct FaceFit: Sendable, Hashable, Codable {
  let place: FacePlace
  /// How much likelier it is that the voice belongs to this face than to another one: the natural logarithm.
  let ratio: Double
}

/// Decides which face speaks, over a recording whose segments come in order. Evidence adds up as in a
/// sequential test that begins again at 0 (CUSUM; Page 1954): a face is believed once its sum is
/// convincing, and from then on where a segment fits it. One whose lips never fit is given nothing.
struct FaceJury {
  /// Sum of evidence with which a face is believed, and evidence in one segment with which a believed one is
  /// taken for its speaker: 20 to 1, and as much again and more since there are several faces to choose from
  /// and the voice may belong to none (`docs/lab/MODEL.md`, "Evidence").
  private static let (convincing, enough) = (8.0, 3.0)

  /// The sum of evidence for each face, by its number; never below 0.
  private var sums: [Int: Double] = [:]
  /// Faces whose sum was convincing once.
  private var believed: Set<Int> = []

  /// The number of the face that speaks in a segment; nil where none does.
  ///
  /// - Parameter fits: the evidence for each face that was seen in it, by its number.
  /// - Returns: nil too where none fits well enough.
  mutating func speaker(_ fits: [(face: Int, ratio: Double)]) -> Int? {
    for fit in fits {
      let sum = max(0, sums[fit.face, default: 0] + fit.ratio)
      sums[fit.face] = sum
      if sum > Self.convincing { believed.insert(fit.face) }
    }
    guard let best = fits.max(by: { $0.ratio < $1.ratio }), best.ratio > Self.enough else {
      return nil
    }
    return believed.contains(best.face) ? best.face : nil
  }
}
