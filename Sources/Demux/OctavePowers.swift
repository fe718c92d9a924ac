/// Power of a run of samples in octaves: 4 to 8 kHz, 2 to 4, 1 to 2, 0.5 to 1 and what is below.
///
/// Daubechies' wavelet of four taps (Comm. Pure Appl. Math. 41, 1988) after a first difference, which
/// takes off the weight that low tones have in speech.
struct OctavePowers {
  static let bands = 5
  /// Samples of a run at 16 kHz: 64 ms.
  static let length = 1_024

  private static let emphasis: Float = 0.97
  private static let taps: (Float, Float, Float, Float) = (
    0.482_962_913, 0.836_516_304, 0.224_143_868, -0.129_409_523
  )
  private var work = [Float](repeating: 0, count: OctavePowers.length)

  /// Energies of the octaves of `length` samples, from the highest down.
  mutating func measure(_ samples: UnsafePointer<Float>) -> [Float] {
    work.withUnsafeMutableBufferPointer { work in
      work[0] = samples[0] * (1 - Self.emphasis)
      for n in 1..<Self.length { work[n] = samples[n] - Self.emphasis * samples[n - 1] }
      var powers = [Float](repeating: 0, count: Self.bands)
      var count = Self.length
      for band in 0..<Self.bands - 1 {
        powers[band] = Self.split(work, &count)
      }
      var rest: Float = 0
      for n in 0..<count { rest += work[n] * work[n] }
      powers[Self.bands - 1] = rest
      return powers
    }
  }

  /// Replaces the first `count` samples by their lower half band at half the rate; returns the energy
  /// of the upper one. The last two samples have no successors and are left out.
  private static func split(_ work: UnsafeMutableBufferPointer<Float>, _ count: inout Int) -> Float
  {
    let (h0, h1, h2, h3) = taps
    var high: Float = 0
    let half = count / 2 - 1
    for n in 0..<half {
      let (a, b, c, d) = (work[2 * n], work[2 * n + 1], work[2 * n + 2], work[2 * n + 3])
      let detail = h3 * a - h2 * b + h1 * c - h0 * d
      high += detail * detail
      // Places up to 2n are not read again.
      work[n] = h0 * a + h1 * b + h2 * c + h3 * d
    }
    count = half
    return high
  }
}
