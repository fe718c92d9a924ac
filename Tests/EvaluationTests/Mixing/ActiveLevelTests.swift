import Foundation
import Testing

@testable import Evaluation

@Suite("Active speech level")
struct ActiveLevelTests {
  @Test(arguments: [1, 0.1, 0.003])
  func aSteadyToneIsActiveAllTheTimeAndHasItsOwnLevel(amplitude: Double) throws {
    let level = try #require(ActiveLevel(Sounds.sine(440, seconds: 4, amplitude: amplitude)))
    // Half the square of the amplitude; the attack of the envelope is not active.
    let expected = 20 * log10(amplitude) - 3.01
    #expect(abs(level.overall - expected) < 0.01)
    #expect(abs(level.active - expected) < 0.1)
    #expect(level.activity > 0.98)
  }

  @Test(arguments: [0.3, 0.6, 0.9])
  func pausesDoNotCount(share: Double) throws {
    let burst = Sounds.sine(300, seconds: 2 * (1 - share), amplitude: 0.1)
    let pause = Sounds.silence(seconds: 2 * share)
    let level = try #require(ActiveLevel((0..<5).flatMap { _ in burst + pause }))
    // The hangover of 200 ms counts as active and takes a little off the level.
    let hangover = 10 * log10(burst.count == 0 ? 1 : 2 * (1 - share) / (2 * (1 - share) + 0.33))
    #expect(level.active <= -23.01 + 0.1)
    #expect(level.active >= -23.01 + hangover)
    #expect(level.overall < -23 + 10 * log10(1 - share) + 0.2)
  }

  @Test(arguments: [0.5, 0.31, 3, 0.01])
  func aGainMovesTheLevelByItsDecibels(_ factor: Double) throws {
    let speech = Sounds.speech(seconds: 8, seed: 1)
    let before = try #require(ActiveLevel(speech))
    let after = try #require(ActiveLevel(speech.map { $0 * Float(factor) }))
    // Between thresholds, 6 dB apart, levels are interpolated: exact only for powers of two.
    #expect(abs(after.active - before.active - 20 * log10(factor)) < (factor == 0.5 ? 1e-6 : 0.1))
  }

  @Test
  func aConstantOffsetIsNoSound() throws {
    let speech = Sounds.speech(seconds: 6, seed: 2)
    let level = try #require(ActiveLevel(speech))
    let shifted = try #require(ActiveLevel(speech.map { $0 + 0.1 }))
    #expect(abs(level.active - shifted.active) < 0.001)
    #expect(ActiveLevel([Float](repeating: 0.25, count: 16_000)) == nil)
  }

  @Test
  func silenceHasNoLevel() {
    #expect(ActiveLevel([]) == nil)
    #expect(ActiveLevel(Sounds.silence(seconds: 1)) == nil)
    #expect(ActiveLevel([1e-9, -1e-9]) == nil)
  }

  @Test(arguments: UInt64(1)...6)
  func equalsTheRecommendationsAlgorithmWrittenOut(seed: UInt64) throws {
    let amplitude = Float(pow(10, -Double(seed) / 2))
    let speech = Sounds.speech(seconds: 5, seed: seed, amplitude: amplitude)
    let level = try #require(ActiveLevel(speech))
    // The same sums in another order.
    #expect(abs(level.active - Self.writtenOut(speech)) < 1e-6)
  }

  /// P.56, clause 7.2: every threshold's count with its own hangover counter, sample by sample.
  private static func writtenOut(_ samples: [Float]) -> Double {
    let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
    let g = exp(-1 / (16_000 * 0.03))
    var (p, q, energy) = (0.0, 0.0, 0.0)
    var counts = [Int](repeating: 0, count: 24)
    var hangovers = [Int](repeating: 3_200, count: 24)
    for sample in samples {
      let x = Double(sample) - mean
      energy += x * x
      p = g * p + (1 - g) * abs(x)
      q = g * q + (1 - g) * p
      for j in 0..<24 {
        if q >= pow(2, Double(j - 24)) {
          counts[j] += 1
          hangovers[j] = 0
        } else if hangovers[j] < 3_200 {
          counts[j] += 1
          hangovers[j] += 1
        }
      }
    }
    let levels = counts.map { 10 * log10(energy / Double($0)) }
    let excesses = levels.enumerated().map { $1 - 20 * log10(pow(2, Double($0 - 24))) }
    for j in 1..<24 where excesses[j] <= 15.9 {
      let share = (excesses[j - 1] - 15.9) / (excesses[j - 1] - excesses[j])
      return levels[j - 1] + share * (levels[j] - levels[j - 1])
    }
    return .nan
  }
}
