/// Quantiles of a sample.
package enum Quantile {
  /// The value below which `fraction` of an ascending sample lies, by linear interpolation between
  /// its members (type 7 of Hyndman and Fan, The American Statistician 50, 1996); nil for an empty
  /// sample.
  package static func of(_ ascending: [Double], _ fraction: Double) -> Double? {
    guard let last = ascending.indices.last else { return nil }
    let place = min(max(fraction, 0), 1) * Double(last)
    let low = Int(place)
    let high = min(low + 1, last)
    return ascending[low] + (ascending[high] - ascending[low]) * (place - Double(low))
  }
}
