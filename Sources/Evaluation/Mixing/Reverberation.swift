import Demux
import Foundation

/// A room: speech is convolved with the impulse response from a talker to a microphone.
///
/// What comes out is as long as what went in and at the same time, since the largest value of the
/// response, its direct path, counts as time zero; the tail after the end is cut off.
package struct Reverberation: Sendable {
  /// Seconds of a response that are used.
  static let longest = 10

  private let transform: FourierTransform
  private let taps: Int
  /// Index of the direct path.
  private let direct: Int
  /// Spectrum of the response, divided by the length of the transform.
  private let real: [Double]
  private let imaginary: [Double]

  /// The room of an impulse response at 16 kHz; nil when that is silent.
  package init?(response: [Float]) {
    let response = response.prefix(Self.longest * deliveredSampleRate)
    guard let peak = response.indices.max(by: { abs(response[$0]) < abs(response[$1]) }),
      response[peak] != 0
    else { return nil }
    taps = response.count
    direct = peak
    let exponent = max(10, Int.bitWidth - (2 * response.count - 1).leadingZeroBitCount)
    transform = FourierTransform(exponent: exponent)
    let scale = 1 / Double(transform.count)
    var real = response.map { Double($0) * scale }
    real += [Double](repeating: 0, count: transform.count - real.count)
    var imaginary = [Double](repeating: 0, count: transform.count)
    transform.run(&real, &imaginary)
    self.real = real
    self.imaginary = imaginary
  }

  /// Reads an impulse response.
  package static func response(path: String) throws(NoiseError) -> [Float] {
    let samples: [Float]
    do throws(DemuxError) {
      samples = try RecordingCache.read(.init(path: path, end: Double(longest))).first ?? []
    } catch {
      throw .unreadable(path: path, error)
    }
    guard samples.contains(where: { $0 != 0 }) else { throw .silent(path: path) }
    return samples
  }

  /// The speech as it arrives, at its own active level (ITU-T P.56).
  package func apply(to speech: [Float]) -> [Float] {
    var wet = convolved(speech)
    if let before = ActiveLevel(speech), let after = ActiveLevel(wet) {
      let gain = Float(amplitude(decibels: before.active - after.active))
      for index in wet.indices { wet[index] *= gain }
    }
    return wet
  }

  /// Overlap-save. Two blocks go through one transform, as real and imaginary part: the response is
  /// real, so they stay apart.
  private func convolved(_ speech: [Float]) -> [Float] {
    let step = transform.count - taps + 1
    var result = [Float](repeating: 0, count: speech.count)
    for first in stride(from: 0, to: speech.count, by: 2 * step) {
      var a = block(of: speech, at: first)
      var b = block(of: speech, at: first + step)
      transform.run(&a, &b)
      for index in a.indices {
        (a[index], b[index]) = (
          a[index] * real[index] - b[index] * imaginary[index],
          a[index] * imaginary[index] + b[index] * real[index]
        )
      }
      transform.run(&b, &a)
      keep(a, at: first, in: &result)
      keep(b, at: first + step, in: &result)
    }
    return result
  }

  /// The input of the block whose first output is sample `start`.
  private func block(of speech: [Float], at start: Int) -> [Double] {
    let begin = start + direct - taps + 1
    var block = [Double](repeating: 0, count: transform.count)
    let wanted = max(begin, 0)..<max(min(begin + transform.count, speech.count), max(begin, 0))
    for index in wanted { block[index - begin] = Double(speech[index]) }
    return block
  }

  private func keep(_ block: [Double], at start: Int, in result: inout [Float]) {
    guard start < result.count else { return }
    let count = min(transform.count - taps + 1, result.count - start)
    for index in 0..<count { result[start + index] = Float(block[taps - 1 + index]) }
  }
}
