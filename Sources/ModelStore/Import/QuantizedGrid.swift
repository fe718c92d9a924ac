/// The per-tensor 8-bit grid that a tensor of floats was made from.
struct QuantizedGrid {
  let bytes: [UInt8]
  let scale: Float
  let zeroPoint: UInt8
  /// Largest difference between a value and its place on the grid, then the sum of all.
  private let error: (largest: Float, sum: Float)

  /// Finds the grid on which all `values` lie, or nil when there is none.
  ///
  /// Quantizers stretch the grid from the smallest value to the largest, zero included, so both
  /// are `(q - zeroPoint) * scale` for q = 0 and q = 255. That gives the scale but for its last
  /// bit, which the values decide.
  init?(_ values: [Float]) {
    let low = min(0, values.min() ?? 0)
    let high = max(0, values.max() ?? 0)
    let scale = (high - low) / 255
    guard scale > 0, scale.isFinite else { return nil }
    let grids = [scale, scale.nextDown, scale.nextUp].compactMap {
      QuantizedGrid(values, scale: $0, zero: (-low / scale).rounded(), largest: max(-low, high))
    }
    guard let best = grids.min(by: { $0.error < $1.error }) else { return nil }
    self = best
  }

  /// Values count as lying on the grid when it gives them to within two units in the last place
  /// of the largest.
  private init?(_ values: [Float], scale: Float, zero: Float, largest: Float) {
    var error: (largest: Float, sum: Float) = (0, 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count)
    for value in values {
      let level = (value / scale).rounded() + zero
      let difference = abs((level - zero) * scale - value)
      guard 0...255 ~= level, difference <= 2 * largest.ulp else { return nil }
      error = (max(error.largest, difference), error.sum + difference)
      bytes.append(UInt8(level))
    }
    self.bytes = bytes
    self.scale = scale
    self.zeroPoint = UInt8(zero)
    self.error = error
  }
}
