import Foundation
import Testing

@testable import Demux

/// How several channels become one: none is lost, and none cancels another.
@Suite("Channels")
struct ChannelTests {
  /// Noise like speech: strong below, syllables of a quarter of a second.
  private static func voice(_ seconds: Double, seed: UInt32 = 1) -> [Float] {
    var state = seed
    var low: Float = 0
    return (0..<Int(seconds * 16_000)).map { n in
      state = state &* 1_664_525 &+ 1_013_904_223
      let noise = Float(Int32(bitPattern: state)) / 2_147_483_648
      low += 0.2 * (noise - low)
      let syllable: Float = n / 4_000 % 4 == 3 ? 0.02 : 1
      return 0.5 * syllable * (low + 0.2 * noise)
    }
  }

  /// A WAV file at 16 kHz, 16 bits; with a mask the extensible kind that can name loudspeakers.
  private static func wave(_ channels: [[Float]], mask: UInt32? = nil) -> [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let (count, length) = (channels.count, channels.first?.count ?? 0)
    var data: [UInt8] = []
    for n in 0..<length {
      for channel in channels {
        data += bytes(Int((max(-1, min(1, channel[n])) * 32_767).rounded()), 2)
      }
    }
    var format = bytes(mask == nil ? 1 : 0xFFFE, 2) + bytes(count, 2) + bytes(16_000, 4)
    format += bytes(32_000 * count, 4) + bytes(2 * count, 2) + bytes(16, 2)
    if let mask {
      format += bytes(22, 2) + bytes(16, 2) + bytes(Int(mask), 4) + bytes(1, 2)
      format += [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    }
    return Array("RIFF".utf8) + bytes(20 + format.count + data.count, 4) + Array("WAVEfmt ".utf8)
      + bytes(format.count, 4) + format + Array("data".utf8) + bytes(data.count, 4) + data
  }

  private static func delivered(
    _ name: String, _ channels: [[Float]], mask: UInt32? = nil
  ) throws -> Delivered {
    try Delivered(MediaFixture.write("\(name).wav", wave(channels, mask: mask)))
  }

  private static func level(_ samples: some Collection<Float>) -> Float {
    (samples.reduce(0) { $0 + $1 * $1 } / Float(max(samples.count, 1))).squareRoot()
  }

  /// What the ear needs at high frequencies.
  private static func highs(_ samples: [Float]) -> [Float] {
    zip(samples.dropFirst(2), samples).map { $0 - $1 }
  }

  @Test(arguments: [-1, -0.6] as [Float])
  func oppositePhaseKeepsTheLouderChannel(share: Float) throws {
    let voice = Self.voice(6)
    let heard = try Self.delivered("opposite\(share)", [voice, voice.map { share * $0 }])
    #expect(greatestDifference(heard.samples, voice) < 1e-3)
    #expect(heard.samples.count == voice.count)
    #expect(heard.damage.oppositePhase > 5.9)
    let turned = try Self.delivered("turned\(share)", [voice.map { share * $0 }, voice])
    #expect(abs(Self.level(turned.samples) / Self.level(voice) - 1) < 0.01)
  }

  /// Turned above 2 kHz and as it was below, by a filter of 63 taps (a windowed sinc).
  @Test func partOfTheSpectrumIsNotLost() throws {
    let voice = Self.voice(3)
    let taps = (-31...31).map { n in
      let x = Double(n) * .pi
      let ideal = n == 0 ? 0.25 : sin(0.25 * x) / x
      return Float(ideal * (0.54 + 0.46 * cos(x / 32)))
    }
    let turned = voice.indices.map { n in
      var low: Float = 0
      for k in max(n - 31, 0)...min(n + 31, voice.count - 1) { low += taps[k - n + 31] * voice[k] }
      return 2 * low - voice[n]
    }
    let heard = try Self.delivered("octaves", [voice, turned])
    #expect(Self.level(Self.highs(heard.samples)) > 0.9 * Self.level(Self.highs(voice)))
    #expect(heard.damage.oppositePhase > 2.5)
  }

  /// In phase, against each other, in phase again: every moment has its level, and nothing clicks.
  @Test func changesAreNotHeard() throws {
    let voice = Self.voice(12)
    let other = voice.enumerated().map { (64_000..<128_000).contains($0) ? -$1 : $1 }
    let heard = try Self.delivered("changes", [voice, other])
    #expect((2.5...6).contains(heard.damage.oppositePhase), "\(heard.damage.oppositePhase)")
    for start in stride(from: 0, to: voice.count - 1_600, by: 800) {
      let span = start..<start + 1_600
      let ratio = Self.level(heard.samples[span]) / Self.level(voice[span])
      #expect((0.45...1.3).contains(ratio), "\(ratio) at \(Double(start) / 16_000)")
    }
  }

  @Test func halfOfTheMicrophonesTheOtherWayRound() throws {
    let voice = Self.voice(6)
    let turned = voice.map { -$0 }
    let heard = try Self.delivered("four", [voice, turned, voice, turned])
    #expect(abs(Self.level(heard.samples) / Self.level(voice) - 1) < 0.01)
  }

  /// Unrelated voices, one voice at two microphones, a side alone: the mix as FFmpeg makes it.
  @Test(arguments: 0..<5)
  func ordinaryStereoIsLeftAlone(_ index: Int) throws {
    let (voice, other) = (Self.voice(6), Self.voice(6, seed: 77))
    let silence = [Float](repeating: 0, count: voice.count)
    let late = [0, 0, 0, 0, 0, 0] + voice.dropLast(6)
    let pairs = [
      [voice, other], [voice, late], [voice, silence], [voice, voice.map { -0.2 * $0 }],
      [voice, zip(voice, other).map { -0.5 * $0 + 0.5 * $1 }],
    ]
    let path = try MediaFixture.write("ordinary\(index).wav", Self.wave(pairs[index]))
    let heard = try Delivered(path)
    #expect(heard.damage.oppositePhase == 0)
    #expect(greatestDifference(heard.samples, try MediaFixture.reference(path)) < 1e-4)
  }

  @Test func aMixThatNothingCancelsPassesBitForBit() {
    let length = 50_000
    let parts = [Self.voice(4), Self.voice(4, seed: 5)].map { Array($0.prefix(length)) }
    let mix = zip(parts[0], parts[1]).map { 0.5 * ($0 + $1) }
    var guarded = PhaseGuard(weights: [0.5, 0.5])
    var heard: [Float] = []
    var next: Int64 = 77
    let deliver = { (samples: UnsafeBufferPointer<Float>, position: Int64) in
      #expect(position == next)
      next += Int64(samples.count)
      heard += samples
    }
    for start in stride(from: 0, to: mix.count, by: 777) {
      let end = min(start + 777, mix.count)
      var (left, right) = (Array(parts[0][start..<end]), Array(parts[1][start..<end]))
      left.withUnsafeMutableBufferPointer { left in
        right.withUnsafeMutableBufferPointer { right in
          let planes = [left.baseAddress, right.baseAddress]
          planes.withUnsafeBufferPointer { planes in
            guard let base = planes.baseAddress else { return }
            mix[start..<end].withUnsafeBufferPointer {
              guarded.append(
                $0, ChannelSamples(start: base, channels: 2, count: $0.count),
                at: 77 + Int64(start), deliver)
            }
          }
        }
      }
    }
    guarded.flush(deliver)
    #expect(heard == mix)
    #expect(guarded.replaced == 0)
  }

  /// Each microphone of a recorder that names no loudspeakers counts alike, in either kind of WAV.
  @Test(arguments: [3, 6, 8, 16])
  func channelsWithoutPlacesCountEvenly(count: Int) throws {
    let voice = Self.voice(1)
    let silence = [Float](repeating: 0, count: voice.count)
    for (kind, mask) in [("plain", nil), ("extensible", 0)] as [(String, UInt32?)] {
      for channel in [0, 2, 3, count - 1] where channel < count {
        let channels = (0..<count).map { $0 == channel ? voice : silence }
        let heard = try Self.delivered("\(kind)\(count)-\(channel)", channels, mask: mask)
        let share = Self.level(heard.samples) / Self.level(voice)
        #expect(abs(share * Float(count) - 1) < 0.02, "channel \(channel + 1): \(share)")
        #expect(heard.info.audioStreams.first?.audio?.layout == nil)
      }
    }
  }

  @Test func lowFrequencyEffectsAreLeftOutWhereTheFileNamesThem() throws {
    let voice = Self.voice(1)
    let silence = [Float](repeating: 0, count: voice.count)
    let surround: UInt32 = 0x3F
    let effects = try Self.delivered(
      "effects", (0..<6).map { $0 == 3 ? voice : silence }, mask: surround)
    #expect(Self.level(effects.samples) < 1e-4)
    #expect(effects.info.audioStreams.first?.audio?.layout == "5.1")
    let centre = try Self.delivered(
      "centre", (0..<6).map { $0 == 2 ? voice : silence }, mask: surround)
    #expect(Self.level(centre.samples) > 0.1 * Self.level(voice))
    // Where there is nothing else it is no effect.
    let alone = try Self.delivered("alone", [voice], mask: 8)
    #expect(abs(Self.level(alone.samples) / Self.level(voice) - 1) < 0.01)
  }
}
