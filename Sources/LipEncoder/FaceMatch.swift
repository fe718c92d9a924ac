/// Decides which faces of a picture are known ones.
enum FaceMatch {
  /// A face found in the whole picture.
  struct Candidate {
    let face: DetectedFace
    let appearance: Appearance
  }

  private struct Pair {
    let candidate: Int
    let track: Int
    let score: Float
    let isInPlace: Bool
  }

  /// The place in `tracks` of each candidate's track; nil for a new face.
  ///
  /// Each pair scores by the similarity of looks and by nearness; the best pair goes first. After a
  /// cut a face is only known again at its old place, unless half of several faces are found
  /// again: then the tiles of a gallery have moved, and it was no cut.
  static func pairs(
    _ candidates: [Candidate], _ tracks: [FaceTrack], _ options: FaceTracker.Options
  ) -> [Int?] {
    let all = possiblePairs(candidates, tracks, options)
    let isLayout = isLayoutChange(all, tracks)
    var result = [Int?](repeating: nil, count: candidates.count)
    var taken = Set<Int>()
    for pair in all.sorted(by: { $0.score > $1.score }) {
      guard result[pair.candidate] == nil, !taken.contains(pair.track) else { continue }
      guard pair.isInPlace || isLayout || !tracks[pair.track].isBeforeCut else { continue }
      result[pair.candidate] = pair.track
      taken.insert(pair.track)
    }
    return result
  }

  private static func possiblePairs(
    _ candidates: [Candidate], _ tracks: [FaceTrack], _ options: FaceTracker.Options
  ) -> [Pair] {
    var pairs: [Pair] = []
    for (track, known) in tracks.enumerated() {
      for (place, candidate) in candidates.enumerated() {
        let likeness = known.likeness(candidate.appearance)
        let nearness = known.nearness(of: candidate.face.box)
        let isContinued = !known.isBeforeCut && !known.isReplaced
        let needed = isContinued ? options.likenessInPlace : options.likeness
        let isInPlace = nearness > 0.4 && likeness > needed
        guard isInPlace || likeness > options.likeness else { continue }
        pairs.append(
          Pair(
            candidate: place, track: track, score: likeness + 0.5 * nearness,
            isInPlace: isInPlace))
      }
    }
    return pairs
  }

  private static func isLayoutChange(_ pairs: [Pair], _ tracks: [FaceTrack]) -> Bool {
    let shown = tracks.indices.filter { tracks[$0].isBeforeCut && tracks[$0].isActive }
    let found = Set(pairs.map(\.track)).intersection(shown)
    return found.count >= 2 && found.count * 2 >= shown.count
  }
}
