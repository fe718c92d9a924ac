import Foundation
import Testing

@testable import Evaluation

@Suite("Mixing")
struct MixtureTests {
  private let speech = Sounds.speech(seconds: 6, seed: 3)
  private let noise = Sounds.speech(seconds: 6, seed: 4, amplitude: 0.7)

  private func level(_ speech: [Float]) throws -> Double {
    try #require(ActiveLevel(speech)).active
  }

  @Test(arguments: [30, 20, 10, 5, 0, -5, -20])
  func theRatioInTheMixtureIsTheOneAskedFor(decibels: Double) throws {
    let level = try level(speech)
    let mixture = Mixture(speech: speech, level: level, noise: noise, ratio: decibels)
    let scale = mixture.gains.overall
    // What is not speech is noise; its level is measured, not computed from the gain.
    let rest = zip(mixture.samples, speech).map { Double($0) - scale * Double($1) }
    let power = rest.reduce(0) { $0 + $1 * $1 } / Double(rest.count)
    let measured = level + 20 * log10(scale) - 10 * log10(power)
    // The bar is 0.1 dB; rounding to 16 bits adds noise at -98 dB.
    #expect(abs(measured - decibels) < 0.02)
  }

  @Test
  func loudMixturesAreTurnedDownNotClippedAndKeepTheirRatio() throws {
    let loud = speech.map { $0 * 8 }
    let level = try level(loud)
    let mixture = Mixture(speech: loud, level: level, noise: noise, ratio: -10)
    let peak = mixture.samples.reduce(0) { max($0, abs($1)) }
    #expect(mixture.gains.overall < 1)
    #expect(peak <= 1)
    #expect(peak > 0.99)
    // No two samples at the limit in a row, as clipping would leave.
    #expect(mixture.samples.count { abs($0) >= 0.999 } < 3)
  }

  @Test
  func everyValueFitsInto16Bits() throws {
    let mixture = Mixture(speech: speech, level: try level(speech), noise: noise, ratio: 3)
    #expect(mixture.samples.allSatisfy { $0 * 32_768 == ($0 * 32_768).rounded() })
    let largest: Float = 32_767 / 32_768
    #expect(Mixture.stored([1, -1, 2, 0.5]) == [largest, -1, largest, 0.5])
  }

  @Test
  func anOffsetInTheNoiseIsNotNoise() throws {
    let level = try level(speech)
    let plain = Mixture(speech: speech, level: level, noise: noise, ratio: 5)
    let shifted = Mixture(speech: speech, level: level, noise: noise.map { $0 + 0.5 }, ratio: 5)
    let gain = try #require(plain.gains.noise)
    let other = try #require(shifted.gains.noise)
    #expect(abs(gain / other - 1) < 1e-3)
  }

  @Test
  func onlyTheGainOfTheNoiseDependsOnTheRatio() throws {
    let level = try level(speech)
    let mixtures = [20.0, 5].map {
      Mixture(speech: speech, level: level, noise: noise, ratio: $0)
    }
    let gains = try mixtures.map { try #require($0.gains.noise) }
    #expect(abs(20 * log10(gains[1] / gains[0]) - 15) < 1e-9)
    let first = zip(mixtures[0].samples, speech).map { Double($0 - $1) / gains[0] }
    let second = zip(mixtures[1].samples, speech).map { Double($0 - $1) / gains[1] }
    // The difference is the rounding of the quieter one, half a step over its gain.
    let step = 1 / 32_768.0 / gains[0]
    #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1.2 * step })
  }

  @Test
  func aWAVFileHoldsTheMixtureBitByBit() throws {
    let mixture = Mixture(speech: speech, level: try level(speech), noise: noise, ratio: 0)
    let folder = try ScratchFolder()
    let path = try folder.wave("mixture.wav", mixture.samples)
    #expect(try RecordingCache.read(.init(path: path)) == [mixture.samples])
  }
}
