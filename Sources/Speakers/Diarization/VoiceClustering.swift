/// How many speakers a recording may have.
package enum SpeakerCount: Sendable, Hashable {
  /// As many as there sound to be.
  case automatic
  /// So many, where there are voices enough.
  case between(Int, Int)
}

/// Finds the voices of a recording among its pieces.
struct VoiceClustering {
  /// Mean distance up to which clusters are one voice.
  private static let distance: Float = 0.70
  /// Steps of one voice that a piece needs to be compared.
  private static let minimumSteps = 25
  /// Rounds in which pieces find their nearest voice and voices their middle.
  private static let rounds = 2

  let pieces: VoicePieces
  let count: SpeakerCount
  /// Steps of the recording.
  let duration: Int

  /// The directions of the voices; none when nobody speaks long enough to be heard.
  func voices() -> [[Float]] {
    var chosen = (0..<pieces.count).filter { pieces.steps[$0] >= Self.minimumSteps }
    if chosen.isEmpty { chosen = (0..<pieces.count).filter { pieces.steps[$0] > 0 } }
    // A long recording has pieces enough.
    if chosen.count > 2000 { chosen = chosen.filter { $0 % 2 == 0 } }
    let spacing = chosen.count > 1 && chosen.allSatisfy { $0 % 2 == 0 } ? 2 : 1
    let clusters = chosen.map { VoiceCluster(pieces.embedding($0), member: $0) }
    guard !clusters.isEmpty else { return [] }
    let least = Float(minimumCells) / Float(spacing)
    var joined = Agglomeration.join(clusters, distance: Self.distance) { live in
      guard case .between(let fewest, _) = count else { return false }
      return live.count { ($0?.count ?? 0) >= least } <= fewest
        && live.count { ($0?.count ?? 0) > 0 } <= 4 * fewest
    }
    joined = kept(joined, least: least)
    return refined(joined.map(\.direction))
  }

  /// Cells that a voice must have: two seconds in short recordings, four in those of five minutes.
  private var minimumCells: Int {
    let seconds = Double(duration) / 50
    let least = min(4, max(2, 2 + (seconds - 60) / 120))
    return Int(least * 50) / VoicePieces.cell
  }

  /// The clusters that are voices: long enough, and no more than are wanted.
  private func kept(_ clusters: [VoiceCluster], least: Float) -> [VoiceCluster] {
    let sorted = clusters.sorted { $0.count > $1.count }
    let long = sorted.filter { $0.count >= least }
    guard case .between(let fewest, let most) = count else {
      return long.isEmpty ? Array(sorted.prefix(1)) : long
    }
    var result = long.count >= fewest ? long : Array(sorted.prefix(fewest))
    while result.count > most {
      guard let (a, b) = nearestPair(result) else { break }
      let other = result.remove(at: b)
      result[a].join(other)
    }
    return result
  }

  private func nearestPair(_ clusters: [VoiceCluster]) -> (Int, Int)? {
    var best: (Int, Int)?
    var least = Float.infinity
    for b in clusters.indices {
      for a in 0..<b where clusters[a].distance(to: clusters[b]) < least {
        least = clusters[a].distance(to: clusters[b])
        best = (a, b)
      }
    }
    return best
  }

  /// The voices after every piece has gone to its nearest.
  private func refined(_ voices: [[Float]]) -> [[Float]] {
    guard voices.count > 1 else { return voices }
    var voices = voices
    for _ in 0..<Self.rounds {
      var sums = voices.map { $0.map { _ in Float(0) } }
      var counts = voices.map { _ in 0 }
      for index in 0..<pieces.count where pieces.steps[index] >= Self.minimumSteps {
        let piece = pieces.embedding(index)
        let scores = voices.map { cosineSum($0, piece) }
        guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { continue }
        for place in piece.indices { sums[best][place] += piece[place] }
        counts[best] += 1
      }
      for index in voices.indices where counts[index] > 0 {
        let length = cosineSum(sums[index], sums[index]).squareRoot()
        if length > 0 { voices[index] = sums[index].map { $0 / length } }
      }
    }
    return voices
  }
}
