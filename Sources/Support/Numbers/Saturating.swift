// Arithmetic with numbers from outside, which may be any: a result that the type cannot hold is the
// nearest one that it can.
extension FixedWidthInteger {
  /// The whole number nearest to zero from `value`; the type's least or greatest where `value` lies beyond
  /// it, and 0 for a value that is no number.
  package init(saturating value: some BinaryFloatingPoint) {
    if let whole = Self(exactly: value.rounded(.towardZero)) {
      self = whole
    } else if value.isNaN {
      self = 0
    } else {
      self = value < 0 ? .min : .max
    }
  }

  /// The sum.
  package func saturatingSum(_ other: Self) -> Self {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }
}
