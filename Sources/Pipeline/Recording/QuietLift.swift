import Demux
import Foundation

/// Raises a track that is so quiet that voice activity would hardly find its speech. A recording in 24
/// bits or float at -67 dB of full scale holds it as well as one at -20.
///
/// Blocks are held until one is loud enough, which in an ordinary recording is the first with speech.
/// Then all are handed on as they are, and so is everything after them. After half a minute without
/// one the gain follows from the loudest: a power of two, so that no bit of a sample changes. It goes
/// down where something louder comes, and never up.
struct QuietLift {
  /// Root mean square of half a second, in decibels of full scale, from which on nothing is done.
  static let enough = -58.0
  /// Where the loudest half second is put, at most.
  private static let goal = -30.0
  /// Below this there is nothing but the dither of 16 bits.
  private static let floor = -90.0
  /// Blocks held at most: half a minute.
  private static let most = 60

  private var held: [AudioBlock] = []
  private var loudest = -Double.infinity
  /// Nil until it is decided.
  private var gain: Float?

  /// Takes the next block; returns those that are ready.
  mutating func process(_ block: AudioBlock) -> [AudioBlock] {
    if gain == 1 { return [block] }
    loudest = max(loudest, Self.level(block.samples))
    if loudest >= Self.enough {
      gain = 1
      defer { held = [] }
      return held + [block]
    }
    if gain != nil {
      gain = Self.gain(for: loudest)
      return raised([block])
    }
    held.append(block)
    return held.count >= Self.most ? settle() : []
  }

  /// Ends the track; returns what was held.
  mutating func finish() -> [AudioBlock] { settle() }

  private mutating func settle() -> [AudioBlock] {
    // In silence nothing is decided for what comes after it.
    if loudest >= Self.floor, gain == nil { gain = Self.gain(for: loudest) }
    defer { held = [] }
    return gain == nil ? held : raised(held)
  }

  private func raised(_ blocks: [AudioBlock]) -> [AudioBlock] {
    guard let gain, gain != 1 else { return blocks }
    return blocks.map {
      AudioBlock(
        track: $0.track, startSample: $0.startSample, samples: $0.samples.map { $0 * gain })
    }
  }

  private static func gain(for level: Double) -> Float {
    guard level >= floor else { return 1 }
    return Float(exp2(((goal - level) / (20 * log10(2))).rounded(.down)))
  }

  private static func level(_ samples: [Float]) -> Double {
    var power: Float = 0
    for sample in samples { power += sample * sample }
    return 10 * log10(Double(power) / Double(max(samples.count, 1)) + 1e-20)
  }
}
