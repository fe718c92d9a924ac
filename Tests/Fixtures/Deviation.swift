/// Largest difference between `values` and `reference`, relative to the largest of `reference`;
/// infinite when their lengths differ or a value is not finite.
package func relativeDeviation(_ values: [Float], from reference: [Float]) -> Float {
  guard values.count == reference.count, values.allSatisfy(\.isFinite) else { return .infinity }
  let largest = reference.reduce(0) { max($0, abs($1)) }
  let difference = zip(values, reference).reduce(0) { max($0, abs($1.0 - $1.1)) }
  return difference == 0 ? 0 : difference / largest
}
