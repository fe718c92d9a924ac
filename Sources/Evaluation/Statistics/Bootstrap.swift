/// Errors of one utterance and what they are divided by: words, characters, or 1.
package struct ErrorRatio: Sendable, Hashable {
  package var errors: Int
  package var length: Int
  /// Utterances of one cluster, such as a speaker, are drawn together.
  package var cluster: String?

  package init(errors: Int, length: Int, cluster: String? = nil) {
    self.errors = errors
    self.length = length
    self.cluster = cluster
  }

  package init(_ counts: EditCounts, cluster: String? = nil) {
    self.init(errors: counts.errors, length: counts.referenceLength, cluster: cluster)
  }
}

/// The range in which a rate lies; fractions.
package struct Interval: Sendable, Hashable, Codable {
  package var lower: Double
  package var upper: Double

  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// How a second way of listening compares with a first one on the same utterances.
package struct PairedComparison: Sendable, Hashable, Codable {
  /// Rate of the second less that of the first: negative where the second is better.
  package var difference: Double
  package var interval: Interval
  /// Share of the draws in which the second makes fewer errors; equal ones count half.
  package var probabilityOfImprovement: Double
}

/// Percentile bootstrap of pooled error rates (Bisani and Ney, Bootstrap estimates for confidence
/// intervals in ASR performance evaluation, ICASSP 2004).
///
/// Utterances are drawn with replacement, as many as there are, and errors summed and divided.
/// Where they belong to at least two clusters, clusters are drawn instead, since utterances of one
/// speaker are no independent evidence; one without a cluster is then a cluster of its own.
package struct Bootstrap: Sendable {
  package var draws: Int
  package var seed: UInt64
  /// Share of the draws inside the interval.
  package var confidence: Double

  package init(draws: Int = 10_000, seed: UInt64, confidence: Double = 0.95) {
    self.draws = draws
    self.seed = seed
    self.confidence = confidence
  }

  /// The interval of the pooled rate; nil without utterances, or where a draw could have no
  /// reference word, as for an empty reference alone.
  package func interval(_ items: [ErrorRatio]) -> Interval? {
    let units = Self.units(items, items)
    return interval(of: rates(units) { Double($0.first) / Double($0.length) })
  }

  /// Compares two ways of listening; nil where there is no rate. Both arrays hold the same
  /// utterances in the same order, and the lengths and clusters of the first count.
  package func compare(_ first: [ErrorRatio], _ second: [ErrorRatio]) -> PairedComparison? {
    precondition(first.count == second.count, "a comparison needs the same utterances")
    let units = Self.units(first, second)
    let differences = rates(units) { Double($0.second - $0.first) / Double($0.length) }
    guard let interval = interval(of: differences) else { return nil }
    let total = units.reduce(into: Sums()) { $0.add($1) }
    let better = differences.count { $0 < 0 }
    let equal = differences.count { $0 == 0 }
    return PairedComparison(
      difference: Double(total.second - total.first) / Double(total.length), interval: interval,
      probabilityOfImprovement: (Double(better) + Double(equal) / 2) / Double(differences.count))
  }

  /// What is drawn as one, or the sum of a draw.
  private struct Sums {
    var first = 0
    var second = 0
    var length = 0

    mutating func add(_ other: Sums) {
      first += other.first
      second += other.second
      length += other.length
    }
  }

  /// The clusters in the order of their first utterances; utterances where there is but one.
  private static func units(_ first: [ErrorRatio], _ second: [ErrorRatio]) -> [Sums] {
    let sums = zip(first, second).map {
      Sums(first: $0.errors, second: $1.errors, length: $0.length)
    }
    guard Set(first.compactMap(\.cluster)).count > 1 else { return sums }
    var places: [String: Int] = [:]
    var units: [Sums] = []
    for (item, sum) in zip(first, sums) {
      guard let cluster = item.cluster else {
        units.append(sum)
        continue
      }
      if let place = places[cluster] {
        units[place].add(sum)
      } else {
        places[cluster] = units.count
        units.append(sum)
      }
    }
    return units
  }

  /// `rate` of each draw, ascending; draws without a reference word are left out.
  private func rates(_ units: [Sums], _ rate: (Sums) -> Double) -> [Double] {
    guard !units.isEmpty else { return [] }
    var generator = Xoshiro256(seed: seed)
    var rates: [Double] = []
    rates.reserveCapacity(draws)
    for _ in 0..<draws {
      var sums = Sums()
      for _ in units.indices { sums.add(units[generator.index(below: units.count)]) }
      if sums.length > 0 { rates.append(rate(sums)) }
    }
    return rates.sorted()
  }

  private func interval(of rates: [Double]) -> Interval? {
    let tail = (1 - confidence) / 2
    guard let lower = Quantile.of(rates, tail), let upper = Quantile.of(rates, 1 - tail) else {
      return nil
    }
    return Interval(lower: lower, upper: upper)
  }
}
