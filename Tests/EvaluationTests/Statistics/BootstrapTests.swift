import Evaluation
import Testing

@Suite struct BootstrapTests {
  /// An utterance of 5 to 25 words, each wrong with its speaker's probability.
  private static func utterance(
    _ probability: Double, speaker: String? = nil, _ random: inout Xoshiro256
  ) -> ErrorRatio {
    let words = 5 + random.index(below: 21)
    let errors = (0..<words).count { _ in Double.random(in: 0..<1, using: &random) < probability }
    return ErrorRatio(errors: errors, length: words, cluster: speaker)
  }

  /// 800 experiments of 100 utterances whose error rates scatter evenly from 0 to 40 %: the true
  /// rate is 20 %. The share of intervals that hold it has a standard error of 0.8 %; three of them
  /// below and above 95 % are allowed, and nothing more for the percentile interval's own error,
  /// which is of the order of 1 % divided by the number of utterances.
  @Test func intervalsCoverTheTruthAsOftenAsTheySay() throws {
    var random = Xoshiro256(seed: 2)
    let experiments = 800
    var covered = 0
    for experiment in 0..<experiments {
      let items = (0..<100).map { _ in
        Self.utterance(Double.random(in: 0..<0.4, using: &random), &random)
      }
      let interval = try #require(
        Bootstrap(draws: 1000, seed: UInt64(experiment)).interval(items))
      covered += interval.lower <= 0.2 && 0.2 <= interval.upper ? 1 : 0
    }
    let share = Double(covered) / Double(experiments)
    #expect(abs(share - 0.95) < 0.024, "\(share)")
  }

  /// 400 experiments of 40 speakers with 10 utterances each, where the speaker decides the error
  /// rate. Drawing speakers covers the truth as it should: standard error 1.1 %, three of them and
  /// 1 % for only 40 clusters allowed. Drawing utterances as if they were independent does not.
  @Test func speakersAreDrawnTogether() throws {
    var random = Xoshiro256(seed: 3)
    let experiments = 400
    var covered = (bySpeaker: 0, byUtterance: 0)
    for experiment in 0..<experiments {
      let items = (0..<40).flatMap { speaker in
        let probability = Double.random(in: 0..<0.4, using: &random)
        return (0..<10).map { _ in Self.utterance(probability, speaker: "\(speaker)", &random) }
      }
      let bootstrap = Bootstrap(draws: 1000, seed: UInt64(experiment))
      let bySpeaker = try #require(bootstrap.interval(items))
      let alone = items.map { ErrorRatio(errors: $0.errors, length: $0.length) }
      let byUtterance = try #require(bootstrap.interval(alone))
      covered.bySpeaker += bySpeaker.lower <= 0.2 && 0.2 <= bySpeaker.upper ? 1 : 0
      covered.byUtterance += byUtterance.lower <= 0.2 && 0.2 <= byUtterance.upper ? 1 : 0
    }
    let share = Double(covered.bySpeaker) / Double(experiments)
    #expect(abs(share - 0.95) < 0.043, "\(share)")
    #expect(Double(covered.byUtterance) / Double(experiments) < 0.8)
  }

  /// The second way errs on 4 % fewer words of the same utterances: 400 experiments, and the
  /// interval of the difference holds -0.04 as above.
  @Test func pairedIntervalsCoverTheDifference() throws {
    var random = Xoshiro256(seed: 4)
    let experiments = 400
    var covered = 0
    for experiment in 0..<experiments {
      var (first, second): ([ErrorRatio], [ErrorRatio]) = ([], [])
      for _ in 0..<100 {
        let item = Self.utterance(Double.random(in: 0..<0.4, using: &random), &random)
        // Every fifth error is put right, of 20 % that is 4 %.
        let righted = (0..<item.errors).count { _ in random.index(below: 5) == 0 }
        first.append(item)
        second.append(ErrorRatio(errors: item.errors - righted, length: item.length))
      }
      let bootstrap = Bootstrap(draws: 1000, seed: UInt64(experiment))
      let comparison = try #require(bootstrap.compare(first, second))
      let interval = comparison.interval
      #expect(interval.lower <= comparison.difference && comparison.difference <= interval.upper)
      covered += interval.lower <= -0.04 && -0.04 <= interval.upper ? 1 : 0
    }
    let share = Double(covered) / Double(experiments)
    #expect(abs(share - 0.95) < 0.033, "\(share)")
  }

  @Test func theProbabilityOfImprovementTellsWhichIsBetter() throws {
    let bootstrap = Bootstrap(draws: 2000, seed: 1)
    let good = (0..<50).map { ErrorRatio(errors: $0 % 2, length: 10) }
    let bad = (0..<50).map { ErrorRatio(errors: 1 + $0 % 2, length: 10) }
    let better = try #require(bootstrap.compare(bad, good))
    #expect(better.probabilityOfImprovement == 1 && better.interval.upper < 0)
    #expect(abs(better.difference + 0.1) < 1e-12)
    #expect(try #require(bootstrap.compare(good, bad)).probabilityOfImprovement == 0)
    let same = try #require(bootstrap.compare(good, good))
    #expect(same.probabilityOfImprovement == 0.5 && same.difference == 0)
    #expect(same.interval == Interval(lower: 0, upper: 0))
  }

  @Test func theSeedDecides() {
    var random = Xoshiro256(seed: 9)
    let items = (0..<40).map { _ in Self.utterance(0.2, &random) }
    let interval = Bootstrap(draws: 500, seed: 1).interval(items)
    #expect(interval == Bootstrap(draws: 500, seed: 1).interval(items))
    #expect(interval != Bootstrap(draws: 500, seed: 2).interval(items))
  }

  @Test func littleDataHasNoSpread() {
    let bootstrap = Bootstrap(draws: 100, seed: 1)
    #expect(bootstrap.interval([]) == nil)
    #expect(bootstrap.interval([ErrorRatio(errors: 2, length: 0)]) == nil)
    #expect(bootstrap.compare([], []) == nil)
    let one = [ErrorRatio(errors: 1, length: 4)]
    #expect(bootstrap.interval(one) == Interval(lower: 0.25, upper: 0.25))
    // An utterance without words counts with its insertions.
    let both = one + [ErrorRatio(errors: 1, length: 0)]
    #expect(bootstrap.interval(both).map { $0.upper > 0.25 } == true)
    // Two utterances of one speaker and no other are drawn apart.
    let speaker = [1, 2].map { ErrorRatio(errors: $0, length: 4, cluster: "A") }
    #expect(bootstrap.interval(speaker) == Interval(lower: 0.25, upper: 0.5))
  }
}
