/// How many speakers a recording may have.
package enum SpeakerCount: Sendable, Hashable {
  /// As many as there sound to be.
  case automatic
  /// So many, where there are voices enough: those of the plain division, and of finer ones those that
  /// sound unlike each other.
  case between(Int, Int)
}

/// Finds the voices of a recording among its pieces.
struct VoiceClustering {
  /// Mean distance up to which clusters are one voice.
  private static let distance: Float = 0.70
  /// Distances of finer divisions, for voices that are asked for.
  private static let finer: [Float] = [0.65, 0.60, 0.55, 0.50, 0.45, 0.40]
  /// Likeness of their directions from which on two voices are one.
  ///
  /// Pieces of one voice may lie as far apart as those of two, but a direction is that of many pieces.
  /// Recordings of one LibriSpeech speaker each, clean and with noise at 10 dB, divided in two by force:
  /// 0.67 and more in 95 % of them, never under 0.54. Pairs of speakers: 0.29 and less in 95 %.
  private static let likeness: Float = 0.45
  /// Rounds in which pieces find their nearest voice and voices their middle.
  private static let rounds = 2

  let pieces: VoicePieces
  let count: SpeakerCount
  /// Steps of the recording.
  let duration: Int

  /// The directions of the voices; none when nobody speaks long enough to be heard. Of a number that is
  /// asked for, voices of the plain division stay up to the fewest even where they are alike; finer
  /// divisions add only what sounds unlike.
  func voices() -> [[Float]] {
    var chosen = (0..<pieces.count).filter { pieces.steps[$0] >= VoicePieces.minimumSteps }
    if chosen.isEmpty { chosen = (0..<pieces.count).filter { pieces.steps[$0] > 0 } }
    // A long recording has pieces enough.
    if chosen.count > 2000 { chosen = chosen.filter { $0 % 2 == 0 } }
    let spacing = chosen.count > 1 && chosen.allSatisfy { $0 % 2 == 0 } ? 2 : 1
    let clusters = chosen.map { VoiceCluster(pieces.embedding($0), member: $0) }
    guard !clusters.isEmpty else { return [] }
    let least = Float(minimumCells) / Float(spacing)
    let (fewest, most) =
      switch count {
      case .automatic: (1, Int.max)
      case .between(let fewest, let most): (fewest, most)
      }
    var found = voices(of: clusters, apart: Self.distance, least, fewest...most)
    // Who asks for more has them where a finer division gives some that sound unlike each other.
    for distance in Self.finer where found.count < fewest {
      let more = voices(of: clusters, apart: distance, least, 1...most)
      if more.count > found.count { found = more }
    }
    return refined(found.map(\.direction)).map(\.direction)
  }

  /// The voices that a division at a distance gives, those that are alike or too many joined as long as
  /// there are more than the fewest of `range`.
  private func voices(
    of clusters: [VoiceCluster], apart distance: Float, _ least: Float, _ range: ClosedRange<Int>
  ) -> [VoiceCluster] {
    var found = refined(
      long(Agglomeration.join(clusters, distance: distance), least).map(\.direction))
    while found.count > range.lowerBound, let (a, b) = nearestPair(found),
      found.count > range.upperBound || found[a].likeness(found[b]) >= Self.likeness
    {
      let other = found.remove(at: b)
      found[a].join(other)
    }
    return found
  }

  /// Cells that a voice must have: two seconds in short recordings, four in those of five minutes.
  private var minimumCells: Int {
    let seconds = Double(duration) / 50
    let least = min(4, max(2, 2 + (seconds - 60) / 120))
    return Int(least * 50) / VoicePieces.cell
  }

  /// The clusters that are long enough to be voices, or the longest, longest first.
  private func long(_ clusters: [VoiceCluster], _ least: Float) -> [VoiceCluster] {
    let sorted = clusters.sorted { $0.count > $1.count }
    let long = sorted.filter { $0.count >= least }
    return long.isEmpty ? Array(sorted.prefix(1)) : long
  }

  private func nearestPair(_ clusters: [VoiceCluster]) -> (Int, Int)? {
    var best: (Int, Int)?
    var most = -Float.infinity
    for b in clusters.indices {
      for a in 0..<b where clusters[a].likeness(clusters[b]) > most {
        most = clusters[a].likeness(clusters[b])
        best = (a, b)
      }
    }
    return best
  }

  /// The voices in the directions given after every piece has gone to its nearest; those that no piece
  /// goes to are left out, unless there is but one.
  private func refined(_ directions: [[Float]]) -> [VoiceCluster] {
    var voices = directions.map { VoiceCluster($0, member: 0) }
    guard voices.count > 1 else { return voices }
    for _ in 0..<Self.rounds {
      let directions = voices.map(\.direction)
      var next = directions.map { VoiceCluster(sum: $0.map { _ in 0 }, count: 0, members: []) }
      for index in 0..<pieces.count where pieces.steps[index] >= VoicePieces.minimumSteps {
        let piece = pieces.embedding(index)
        let scores = directions.map { cosineSum($0, piece) }
        guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { continue }
        next[best].join(VoiceCluster(piece, member: index))
      }
      let heard = next.filter { $0.count > 0 }
      if heard.isEmpty { break }
      voices = heard
    }
    return voices
  }
}
