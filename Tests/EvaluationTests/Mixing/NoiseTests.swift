import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite("Noise")
struct NoiseTests {
  private func random(_ seed: UInt64 = 1, _ utterance: String = "a", _ noise: String = "white")
    -> NoiseRandom
  {
    NoiseRandom(seed: seed, utterance: utterance, noise: noise)
  }

  @Test
  func theSameSeedUtteranceAndNoiseGiveTheSameNumbersAndOthersDoNot() {
    let first = { (random: NoiseRandom) in
      var random = random
      return [random.next(), random.next()]
    }
    #expect(first(random()) == first(random()))
    let all = [
      random(), random(2), random(1, "b"), random(1, "a", "pink"), random(1, "aw", "hite"),
      random(1 << 40),
    ].map(first)
    #expect(Set(all).count == all.count)
  }

  @Test
  func aReleaseDoesNotChangeWhatASeedGives() {
    var random = random(7, "x/1.wav", "babble")
    #expect(random.next() == RecordedNoise.first)
    #expect((0..<8).map { _ in random.below(10) } == RecordedNoise.digits)
    #expect(random.shuffled(Array(0..<6)) == RecordedNoise.order)
  }

  @Test
  func whiteNoiseHasTheSamePowerInBothHalvesOfTheSpectrumAndANormalDistribution() {
    var random = random()
    let noise = ColouredNoise.white(count: 160_000, random: &random)
    #expect(noise.count == 160_000)
    // Of 160,000 values; four standard deviations of each estimate.
    #expect(abs(meanSquare(noise) - 1) < 0.015)
    #expect(abs(Double(noise.count { abs($0) < 1 }) / 160_000 - 0.6827) < 0.005)
    let differences = zip(noise, noise.dropFirst()).map { $1 - $0 }
    let sums = zip(noise, noise.dropFirst()).map { $1 + $0 }
    #expect(abs(meanSquare(differences) / meanSquare(sums) - 1) < 0.03)
  }

  @Test
  func pinkNoiseHasTheSamePowerInEveryOctave() {
    var random = random()
    let noise = ColouredNoise.pink(count: 1 << 18, random: &random)
    #expect(noise.count == 1 << 18)
    var real = noise.map(Double.init)
    var imaginary = [Double](repeating: 0, count: real.count)
    FourierTransform(exponent: 18).run(&real, &imaginary)
    let bin = { (frequency: Double) in Int(frequency / 16_000 * Double(1 << 18)) }
    let octaves = [62.5, 125, 250, 500, 1_000, 2_000].map { low in
      (bin(low)..<bin(2 * low)).reduce(0.0) {
        $0 + real[$1] * real[$1] + imaginary[$1] * imaginary[$1]
      }
    }
    let levels = octaves.map { 10 * log10($0) }
    // A ripple of 0.5 dB by design, and 0.3 dB of chance in the lowest octave (2,000 values).
    #expect(levels.max().map { $0 - (levels.min() ?? 0) < 1.5 } ?? false)
  }

  @Test
  func aLoopIsAsLongAsOneLikesAndHasNoJumpAtItsJoints() {
    // A whole number of periods would join by itself; this one does not.
    let tone = Sounds.sine(101.3, seconds: 1)
    let loop = NoiseLoop(tone)
    let steps = { (samples: [Float]) in
      zip(samples, samples.dropFirst()).map { abs($1 - $0) }.max() ?? 0
    }
    for offset in [0, 7, 15_199, 15_200, 40_000] {
      let samples = loop.samples(from: offset, count: 50_000)
      #expect(samples.count == 50_000)
      // Two tones of one frequency in a fade: at most 1.42 times the slope of one.
      #expect(steps(samples) < 1.5 * steps(tone))
    }
    #expect(NoiseLoop([0.5]).samples(from: 0, count: 3) == [0.5, 0.5, 0.5])
  }

  @Test
  func thePowerStaysInTheFadeOfALoop() {
    var random = random()
    let noise = ColouredNoise.white(count: 16_000, random: &random)
    let joint = NoiseLoop(noise).samples(from: 0, count: NoiseLoop.fade)
    // 800 values: a standard deviation of 5 %.
    #expect(abs(meanSquare(joint) - 1) < 0.2)
  }

  @Test
  func aSectionLiesWithinALongRecordingAtAnotherPlaceForEveryUtterance() throws {
    let folder = try ScratchFolder()
    let ramp = (0..<32_768).map { Float($0) / 32_768 }
    let path = try folder.wave("ramp.wav", ramp)
    let bank = NoiseBank(seed: 1, talkers: [], cache: RecordingCache(megabytes: 1))
    let noise = NamedNoise(kind: .file(path), name: "ramp")
    let sections = try (0..<200).map { number in
      let utterance = Utterance(id: "u\(number)", path: "", reference: .text(""))
      let made = try bank.section(noise, for: utterance, count: 8_000)
      let section = made.samples
      // The place that is told is the one that was taken: the ramp says where it lies.
      #expect(made.sources.map(\.path) == [path])
      let place = try #require(made.sources.first).offset * 16_000 / 32_768
      #expect(abs(place - Double(section[0])) < 1e-9)
      #expect(section.count == 8_000)
      #expect(zip(section, section.dropFirst()).allSatisfy { $1 - $0 == 1 / 32_768 })
      return section
    }
    // 24,768 places and draws of 200: about two coincide, more at the ends.
    #expect(Set(sections.map { $0[0] }).count > 160)
    #expect(sections.contains { $0[0] < 0.1 })
    #expect(sections.contains { $0[7_999] == 32_767 / 32_768 })
  }
}
