import Foundation

/// How two ways of listening choose words together.
enum DecoderCompanion {
  /// `first = (1 - weight) log softmax(first) + weight log softmax(second)`, both `[count]` logits.
  static func mix(
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, _ count: Int,
    weight: Float
  ) {
    let sums = (logSum(first, count), logSum(second, count))
    for index in 0..<count {
      first[index] =
        (1 - weight) * (first[index] - sums.0) + weight * (second[index] - sums.1)
    }
  }

  /// `log sum exp` of `[count]` values, at least one.
  private static func logSum(_ values: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    var most = values[0]
    for index in 1..<count { most = max(most, values[index]) }
    var sum: Float = 0
    for index in 0..<count { sum += exp(values[index] - most) }
    return most + log(sum)
  }
}
