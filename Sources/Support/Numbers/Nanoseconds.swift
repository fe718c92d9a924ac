import Foundation

extension timespec {
  /// Nanoseconds since 1970; a time that no Int64 can hold (before 1677, after 2262) is the nearest one
  /// that can.
  package var nanoseconds: Int64 {
    let (whole, isTooFar) = Int64(tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isFarther) = whole.addingReportingOverflow(Int64(tv_nsec))
    return isTooFar || isFarther ? (tv_sec < 0 ? .min : .max) : sum
  }
}
