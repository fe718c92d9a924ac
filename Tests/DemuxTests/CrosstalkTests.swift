import Foundation
import Testing

@testable import Demux

/// A voice that two microphones hear is read once, and nobody is silenced for it.
@Suite struct CrosstalkTests {
  /// Noise like a voice, with a spectrum of its own in each eighth of a second.
  private static func voice(_ seconds: Double, seed: UInt32) -> [Float] {
    var state = seed
    var (low, share): (Float, Float) = (0, 0.2)
    return (0..<Int(seconds * 16_000)).map { n in
      state = state &* 1_664_525 &+ 1_013_904_223
      if n % 2_000 == 0 { share = 0.1 + Float(state >> 24) / 512 }
      let noise = Float(Int32(bitPattern: state)) / 2_147_483_648
      low += share * (noise - low)
      return 0.4 * low
    }
  }

  private static func late(_ samples: [Float], by count: Int) -> [Float] {
    [Float](repeating: 0, count: count) + samples.dropLast(count)
  }

  private static func gated(_ channels: [[Float]]) -> [[Float]] {
    var gate = CrosstalkGate(channels: channels.count)
    var heard = channels.map { _ in [Float]() }
    let deliver: CrosstalkGate.Delivery = { channel, samples, _ in heard[channel] += samples }
    let length = channels[0].count
    for start in stride(from: 0, to: length, by: 1_024) {
      let count = min(1_024, length - start)
      let planes = channels.map { channel in
        let plane = UnsafeMutablePointer<Float>.allocate(capacity: count)
        plane.initialize(from: Array(channel[start..<start + count]), count: count)
        return Optional(plane)
      }
      planes.withUnsafeBufferPointer { pointers in
        guard let base = pointers.baseAddress else { return }
        gate.append(
          ChannelSamples(start: base, channels: channels.count, count: count), at: Int64(start),
          deliver)
      }
      for plane in planes { plane?.deallocate() }
    }
    gate.flush(deliver)
    return heard
  }

  private static func level(_ samples: some Collection<Float>) -> Double {
    10 * log10(samples.reduce(0) { $0 + Double($1 * $1) } / Double(max(1, samples.count)) + 1e-12)
  }

  /// Two people in turn, each of whom the other's microphone hears, later and weaker.
  @Test(arguments: [(6.0, 0), (6, 240), (12, 80), (12, 400), (20, 160), (4, 320)])
  func leakageIsSilent(decibels: Double, delay: Int) {
    let silence = [Float](repeating: 0, count: 48_000)
    let (one, two) = (Self.voice(3, seed: 1) + silence, silence + Self.voice(3, seed: 9))
    let gain = Float(pow(10, -decibels / 20))
    let left = zip(one, Self.late(two, by: delay)).map { $0 + gain * $1 }
    let right = zip(two, Self.late(one, by: delay)).map { $0 + gain * $1 }
    let heard = Self.gated([left, right])
    let (first, second) = (4_800..<43_200, 52_800..<91_200)
    #expect(abs(Self.level(heard[0][first]) - Self.level(left[first])) < 0.1)
    #expect(abs(Self.level(heard[1][second]) - Self.level(right[second])) < 0.1)
    #expect(Self.level(heard[1][first]) < Self.level(right[first]) - 15)
    #expect(Self.level(heard[0][second]) < Self.level(left[second]) - 15)
  }

  /// Two people at once, up to 10 dB apart.
  @Test(arguments: [0, 4, 10] as [Double]) func bothAreHeard(decibels: Double) {
    let gain = Float(pow(10, -decibels / 20))
    let (one, two) = (Self.voice(4, seed: 1), Self.voice(4, seed: 9).map { gain * $0 })
    let heard = Self.gated([one, two])
    #expect(heard[0] == one)
    #expect(heard[1] == two)
  }

  /// Channels that hold the same: one of them is read.
  @Test func copiesAreHeardOnce() {
    let voice = Self.voice(3, seed: 5)
    let heard = Self.gated([voice, voice])
    #expect(heard[0] == voice)
    #expect(Self.level(heard[1][4_800...]) < Self.level(voice) - 30)
  }
}
