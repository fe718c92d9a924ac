import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite("Opus link", .enabled(if: OpusLink.isSupported, "this FFmpeg cannot encode Opus"))
struct OpusLinkTests {
  /// Noise, which is like itself at no other lag.
  private let speech = Sounds.speech(seconds: 4, seed: 8)

  /// How much of the speech is in what was heard, later by `lag` samples.
  private func likeness(_ heard: [Float], lag: Int = 0) -> Double {
    let common = speech.indices.dropFirst(200).dropLast(200)
    let product = common.reduce(0.0) { $0 + Double(speech[$1]) * Double(heard[$1 + lag]) }
    return product / (meanSquare(speech) * meanSquare(heard)).squareRoot() / Double(speech.count)
  }

  @Test
  func whatComesOutIsAsLongAndAtTheSameTime() throws {
    let heard = try OpusLink.pass(speech, bitRate: 64_000)
    #expect(heard.count == speech.count)
    let best = (-200...200).max { likeness(heard, lag: $0) < likeness(heard, lag: $1) }
    #expect(best == 0)
  }

  @Test
  func lowerRatesLoseMore() throws {
    let likenesses = try [6_000, 16_000, 64_000].map {
      likeness(try OpusLink.pass(speech, bitRate: $0))
    }
    #expect(likenesses[0] < likenesses[1])
    #expect(likenesses[1] < likenesses[2])
    // Measured: 0.94.
    #expect(likenesses[2] > 0.9)
  }

  @Test(arguments: [0, 1, 319, 320, 16_001])
  func theSameSoundComesOutEveryTime(count: Int) throws {
    let part = Array(speech.prefix(count))
    let heard = try OpusLink.pass(part, bitRate: 16_000)
    #expect(heard.count == count)
    #expect(try OpusLink.pass(part, bitRate: 16_000) == heard)
  }
}
