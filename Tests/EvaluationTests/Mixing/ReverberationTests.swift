import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite("Rooms")
struct ReverberationTests {
  private let speech = Sounds.speech(seconds: 3, seed: 5)

  @Test
  func theTransformIsTheSumThatDefinesItAndItsInverseBringsTheInputBack() {
    let count = 16
    let real = (0..<count).map { sin(Double($0 * $0)) }
    let imaginary = (0..<count).map { cos(Double(3 * $0)) }
    var (a, b) = (real, imaginary)
    let transform = FourierTransform(exponent: 4)
    transform.run(&a, &b)
    for k in 0..<count {
      var (re, im) = (0.0, 0.0)
      for n in 0..<count {
        let angle = -2 * Double.pi * Double(k * n) / Double(count)
        re += real[n] * cos(angle) - imaginary[n] * sin(angle)
        im += real[n] * sin(angle) + imaginary[n] * cos(angle)
      }
      #expect(abs(a[k] - re) < 1e-12 * 16)
      #expect(abs(b[k] - im) < 1e-12 * 16)
    }
    transform.run(&b, &a)
    for n in 0..<count {
      #expect(abs(a[n] / 16 - real[n]) < 1e-14 * 16)
      #expect(abs(b[n] / 16 - imaginary[n]) < 1e-14 * 16)
    }
  }

  @Test
  func aRoomWithADirectPathAloneChangesNothingHoweverLateItComes() throws {
    for delay in [0, 1, 100, 5_000] {
      let response = [Float](repeating: 0, count: delay) + [0.5]
      let room = try #require(Reverberation(response: response))
      let heard = room.apply(to: speech)
      #expect(heard.count == speech.count)
      // Single precision of values up to 0.1.
      #expect(zip(heard, speech).allSatisfy { abs($0 - $1) < 1e-7 })
    }
  }

  @Test
  func theResultIsTheConvolutionAlignedWithTheDirectPathAtTheSpeechsLevel() throws {
    var random = NoiseRandom(seed: 1, utterance: "", noise: "")
    let tail = ColouredNoise.white(count: 700, random: &random).enumerated()
      .map { $1 * Float(exp(-Double($0) / 150)) * 0.2 }
    let response = [0.05, -0.1, 2] + tail
    let room = try #require(Reverberation(response: response))
    let heard = room.apply(to: speech)
    let plain = speech.indices.map { n in
      response.indices.reduce(0.0) { sum, k in
        let source = n + 2 - k
        return speech.indices.contains(source)
          ? sum + Double(response[k]) * Double(speech[source]) : sum
      }
    }
    let before = try #require(ActiveLevel(speech))
    let after = try #require(ActiveLevel(plain.map(Float.init)))
    let gain = pow(10, (before.active - after.active) / 20)
    #expect(zip(heard, plain).allSatisfy { abs(Double($0) - gain * $1) < 1e-6 })
    let level = try #require(ActiveLevel(heard))
    #expect(abs(level.active - before.active) < 0.1)
  }

  @Test
  func aSilentResponseIsNoRoom() throws {
    #expect(Reverberation(response: []) == nil)
    #expect(Reverberation(response: [0, 0]) == nil)
    let folder = try ScratchFolder()
    let silent = try folder.wave("silent.wav", Sounds.silence(seconds: 0.1))
    #expect(throws: NoiseError.silent(path: silent)) {
      try Reverberation.response(path: silent)
    }
    #expect(throws: NoiseError.unreadable(path: "\(folder.path)/none.wav", .notFound)) {
      try Reverberation.response(path: "\(folder.path)/none.wav")
    }
  }
}
