import Demux
import Foundation

/// A recording of noise as long as one likes: where it ends it begins again, cross-faded.
struct NoiseLoop {
  /// Samples of the cross-fade: 50 ms.
  static let fade = deliveredSampleRate / 20

  /// One turn: the recording less the length of the fade, its end faded into its beginning.
  private let turn: [Float]

  /// A loop over `samples`; the fade takes at most a quarter of them.
  init(_ samples: [Float]) {
    let fade = min(Self.fade, samples.count / 4)
    let period = samples.count - fade
    var turn = Array(samples[..<period])
    for index in 0..<fade {
      // Powers add up to one, as the two sides have nothing to do with each other.
      let angle = Double.pi / 2 * (Double(index) + 0.5) / Double(fade)
      turn[index] = samples[index] * Float(sin(angle)) + samples[period + index] * Float(cos(angle))
    }
    self.turn = turn
  }

  /// `count` samples from `offset` on.
  func samples(from offset: Int, count: Int) -> [Float] {
    guard !turn.isEmpty else { return [] }
    var samples: [Float] = []
    samples.reserveCapacity(count)
    var position = offset % turn.count
    while samples.count < count {
      let piece = turn[position...].prefix(count - samples.count)
      samples.append(contentsOf: piece)
      position = 0
    }
    return samples
  }

  /// `count` samples from somewhere on, and from where.
  func section(count: Int, random: inout NoiseRandom) -> (samples: [Float], offset: Int) {
    let offset = random.below(turn.count)
    return (samples(from: offset, count: count), offset)
  }
}
