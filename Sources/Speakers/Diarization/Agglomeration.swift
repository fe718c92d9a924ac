/// Clusters by average linkage: the two whose members lie nearest on average are joined, again and again.
///
/// Members are vectors of length 1 and their distance is 1 less their cosine, so the mean distance between
/// two clusters follows from their sums alone: `1 - (a . b) / (|A| |B|)`. Any number of members can
/// thus be clustered in blocks first, and the clusters of the blocks after that.
struct VoiceCluster: Sendable {
  /// Sum of the members.
  var sum: [Float]
  /// Number of members.
  var count: Float
  /// The pieces it was made of.
  var members: [Int]

  /// The cluster of one member.
  init(_ vector: [Float], member: Int) {
    sum = vector
    count = 1
    members = [member]
  }

  /// A cluster of the members with this sum.
  init(sum: [Float], count: Float, members: [Int]) {
    self.sum = sum
    self.count = count
    self.members = members
  }

  /// The direction of its members' mean.
  var direction: [Float] {
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? sum.map { $0 / length } : sum
  }

  /// Mean distance between members of the two.
  func distance(to other: VoiceCluster) -> Float {
    1 - cosineSum(sum, other.sum) / (count * other.count)
  }

  /// Cosine of the angle between the directions of the two.
  func likeness(_ other: VoiceCluster) -> Float {
    let scale = (cosineSum(sum, sum) * cosineSum(other.sum, other.sum)).squareRoot()
    return scale > 0 ? cosineSum(sum, other.sum) / scale : 0
  }

  mutating func join(_ other: VoiceCluster) {
    for index in sum.indices { sum[index] += other.sum[index] }
    count += other.count
    members += other.members
  }
}

/// Sum of products.
func cosineSum(_ a: [Float], _ b: [Float]) -> Float {
  precondition(a.count == b.count)
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      let lane = MemoryLayout<SIMD16<Float>>.size
      var lanes = SIMD16<Float>(repeating: 0)
      var offset = 0
      while offset + lane <= a.count {
        lanes +=
          a.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
          * b.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        offset += lane
      }
      var sum = lanes.sum()
      while offset < a.count {
        sum +=
          a.loadUnaligned(fromByteOffset: offset, as: Float.self)
          * b.loadUnaligned(fromByteOffset: offset, as: Float.self)
        offset += MemoryLayout<Float>.size
      }
      return sum
    }
  }
}

/// Joins clusters as long as two are near enough.
struct Agglomeration {
  /// Clusters that are compared each with each; more are taken in blocks.
  private static let block = 1000
  /// Distance up to which members of a block are joined before they are compared with others'.
  private static let blockDistance: Float = 0.45

  /// Joins any number of `clusters` whose mean distance is at most `distance`.
  ///
  /// - Parameters:
  ///   - clusters: what is joined.
  ///   - distance: up to which two are joined.
  /// - Returns: the clusters that are left.
  static func join(_ clusters: [VoiceCluster], distance: Float) -> [VoiceCluster] {
    var clusters = clusters
    var limit = min(blockDistance, distance)
    while clusters.count > block {
      let before = clusters.count
      clusters = stride(from: 0, to: clusters.count, by: block).flatMap { start in
        let part = Array(clusters[start..<min(clusters.count, start + block)])
        return joinBlock(part, distance: limit)
      }
      // The last resort for a sound with no voice twice: small clusters are not compared.
      if clusters.count > before * 9 / 10 {
        if limit >= distance {
          clusters = Array(clusters.sorted { $0.count > $1.count }.prefix(block))
        }
        limit = min(distance, limit + 0.1)
      }
    }
    return joinBlock(clusters, distance: distance)
  }

  private static func joinBlock(_ clusters: [VoiceCluster], distance: Float) -> [VoiceCluster] {
    let count = clusters.count
    guard count > 1 else { return clusters }
    var live: [VoiceCluster?] = clusters
    var distances = [Float](repeating: .infinity, count: count * count)
    for a in 0..<count {
      for b in 0..<a {
        let value = clusters[a].distance(to: clusters[b])
        distances[a * count + b] = value
        distances[b * count + a] = value
      }
    }
    func nearest(_ a: Int) -> (Int, Float) {
      var best = (a, Float.infinity)
      for b in 0..<count where distances[a * count + b] < best.1 {
        best = (b, distances[a * count + b])
      }
      return best
    }
    var near = (0..<count).map(nearest)
    while let a = near.indices.min(by: { near[$0].1 < near[$1].1 }), near[a].1 <= distance {
      let b = near[a].0
      guard var joined = live[a], let other = live[b] else { break }
      let (weightA, weightB) = (joined.count, other.count)
      joined.join(other)
      live[a] = joined
      live[b] = nil
      for c in 0..<count where c != a && live[c] != nil {
        let value =
          (weightA * distances[a * count + c] + weightB * distances[b * count + c])
          / (weightA + weightB)
        distances[a * count + c] = value
        distances[c * count + a] = value
      }
      for c in 0..<count {
        distances[b * count + c] = .infinity
        distances[c * count + b] = .infinity
      }
      near[b] = (b, .infinity)
      for c in 0..<count where live[c] != nil && (c == a || near[c].0 == a || near[c].0 == b) {
        near[c] = nearest(c)
      }
    }
    return live.compactMap { $0 }
  }
}
