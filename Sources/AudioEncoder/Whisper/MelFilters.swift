import Foundation

/// Triangular filters on Slaney's mel scale, each of unit area (`librosa.filters.mel` with its
/// defaults; Slaney, Auditory Toolbox, 1998): linear up to 1 kHz, logarithmic above.
enum MelFilters {
  /// Weights `[filters, bins]` for the powers of `bins` frequencies from 0 to half of `sampleRate`.
  static func weights(filters: Int, bins: Int, sampleRate: Int) -> [Float] {
    let top = Double(sampleRate) / 2
    let edges = (0..<filters + 2).map {
      frequency(mel(top) * Double($0) / Double(filters + 1))
    }
    return (0..<filters).flatMap { filter -> [Float] in
      let (low, middle, high) = (edges[filter], edges[filter + 1], edges[filter + 2])
      return (0..<bins).map { bin in
        let at = top * Double(bin) / Double(bins - 1)
        let rising = (at - low) / (middle - low)
        let falling = (high - at) / (high - middle)
        return Float(max(0, min(rising, falling)) * 2 / (high - low))
      }
    }
  }

  private static let linearSlope = 200.0 / 3
  private static let breakFrequency = 1000.0
  private static let breakMel = breakFrequency / linearSlope
  private static let logarithmicStep = log(6.4) / 27

  private static func mel(_ frequency: Double) -> Double {
    frequency < breakFrequency
      ? frequency / linearSlope : breakMel + log(frequency / breakFrequency) / logarithmicStep
  }

  private static func frequency(_ mel: Double) -> Double {
    mel < breakMel
      ? mel * linearSlope : breakFrequency * exp(logarithmicStep * (mel - breakMel))
  }
}
