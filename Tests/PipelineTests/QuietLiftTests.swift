import Demux
import Testing

@testable import Pipeline

/// Tracks that are too quiet for voice activity, and all others.
@Suite("Very quiet tracks")
struct QuietLiftTests {
  private static let length = 8_000

  /// Half a second of a square wave of this magnitude, whose level is that of the magnitude.
  private func block(_ magnitude: Float) -> [Float] {
    (0..<Self.length).map { $0 % 2 == 0 ? magnitude : -magnitude }
  }

  /// Everything that comes out for blocks of these magnitudes.
  private func lifted(_ magnitudes: [Float]) -> [Float] {
    var lift = QuietLift()
    var blocks: [AudioBlock] = []
    for (index, magnitude) in magnitudes.enumerated() {
      blocks += lift.process(
        AudioBlock(
          track: 0, startSample: Int64(index * Self.length), samples: block(magnitude)))
    }
    blocks += lift.finish()
    #expect(blocks.map(\.startSample) == magnitudes.indices.map { Int64($0 * Self.length) })
    return blocks.map { $0.samples[0] }
  }

  @Test
  func ordinaryTracksPassAsTheyAre() {
    let magnitudes: [Float] = [0, 0.0001, 0.0003, 0.1, 0.0001, 0, 0.3]
    #expect(lifted(magnitudes) == magnitudes)
    let late = [Float](repeating: 0.0001, count: 59) + [0.1, 0.0001]
    #expect(lifted(late) == late)
  }

  /// -67 dB of full scale becomes -31: 36 dB, six doublings.
  @Test
  func quietTracksAreRaisedByAPowerOfTwo() {
    let quiet: Float = 0.000_447
    #expect(lifted([quiet, quiet / 2]) == [64 * quiet, 32 * quiet])
    let long = [Float](repeating: quiet, count: 200)
    #expect(lifted(long) == long.map { 64 * $0 })
  }

  @Test
  func whatGetsLouderIsRaisedLess() {
    let quiet = [Float](repeating: 0.0001, count: 60)
    let gains = zip(
      lifted(quiet + [0.001, 0.0001, 0.1, 0.0001]), quiet + [0.001, 0.0001, 0.1, 0.0001]
    )
    .map { $0 / $1 }
    #expect(gains.prefix(60).allSatisfy { $0 == 256 })
    #expect(gains.suffix(4).map { $0 } == [16, 16, 1, 1])
  }

  @Test
  func silenceIsLeftSilent() {
    let silence = [Float](repeating: 0, count: 200)
    #expect(lifted(silence) == silence)
    let dither = [Float](repeating: 0.000_02, count: 130)
    #expect(lifted(dither) == dither)
    // Quiet speech after a long silence is raised all the same.
    #expect(lifted(silence + [0.000_447]).last == 64 * 0.000_447)
  }
}
