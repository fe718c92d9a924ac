/// The per-tensor 8-bit grid that a tensor of floats was made from.
struct QuantizedGrid {
  let bytes: [UInt8]
  let scale: Float
  let zeroPoint: UInt8

  /// Finds the grid on which all `values` lie, or nil when there is none.
  ///
  /// Quantizers stretch the grid from the smallest value to the largest, zero included, so both
  /// are `(q - zeroPoint) * scale` for q = 0 and q = 255. Values count as lying on it when they
  /// are rebuilt to within two units in the last place of the largest.
  init?(_ values: [Float]) {
    let low = min(0, values.min() ?? 0)
    let high = max(0, values.max() ?? 0)
    let scale = (high - low) / 255
    guard scale > 0, scale.isFinite else { return nil }
    let zero = (-low / scale).rounded()
    let tolerance = 2 * max(-low, high).ulp
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count)
    for value in values {
      let level = (value / scale).rounded() + zero
      guard 0...255 ~= level, abs((level - zero) * scale - value) <= tolerance else { return nil }
      bytes.append(UInt8(level))
    }
    self.bytes = bytes
    self.scale = scale
    self.zeroPoint = UInt8(zero)
  }
}
