import Demux
import Foundation

/// Noise made by calculation.
enum ColouredNoise {
  /// Gaussian noise with the same power at every frequency.
  static func white(count: Int, random: inout NoiseRandom) -> [Float] {
    var samples: [Float] = []
    samples.reserveCapacity(count + 1)
    while samples.count < count {
      let (first, second) = random.gaussians()
      samples.append(Float(first))
      samples.append(Float(second))
    }
    samples.removeLast(samples.count - count)
    return samples
  }

  /// Gaussian noise with the same power in every octave.
  ///
  /// White noise through first-order sections whose poles lie two octaves apart from 10 Hz up, each
  /// with its zero an octave above: in the mean the slope of -3 dB an octave, with a ripple of about
  /// half a decibel.
  static func pink(count: Int, random: inout NoiseRandom) -> [Float] {
    let rate = Double(deliveredSampleRate)
    // The first second fills the filters.
    var samples = white(count: count + deliveredSampleRate, random: &random)
    var pole = 10.0
    while pole < rate / 2 {
      let feedback = exp(-2 * Double.pi * pole / rate)
      let zero = exp(-2 * Double.pi * min(2 * pole, rate / 2) / rate)
      var (input, output) = (0.0, 0.0)
      for index in samples.indices {
        let value = Double(samples[index])
        output = value - zero * input + feedback * output
        input = value
        samples[index] = Float(output)
      }
      pole *= 4
    }
    return Array(samples.suffix(count))
  }
}
