import NN

/// Tells faces that are like those the lip network learned from by how far their mean feature lies
/// from the density of the training faces: `docs/lab/MODEL.md`, "Known face".
package struct KnownFace: Sendable {
  private let mean: [Float]
  /// [K, 192], orthonormal rows.
  private let basis: [Float]
  private let scales: [Float]
  private let restScale: Float
  /// Largest distance of a known face.
  package let threshold: Float

  /// Loads the density at `scope`; every tensor below it is used.
  init(_ scope: WeightScope, width: Int) throws(WeightError) {
    mean = try scope.f32("mean", shape: [width]).elements
    let directions = scope.entry("basis")?.shape.first ?? 0
    basis = try scope.f32("basis", shape: [directions, width]).elements
    scales = try scope.f32("scale", shape: [directions]).elements
    restScale = try scope.f32("rest_scale", shape: [1]).elements[0]
    threshold = try scope.f32("threshold", shape: [1]).elements[0]
    try scope.finish()
  }

  /// The squared distance of a mean feature [192], in standard deviations of the training faces.
  func distance(_ feature: [Float]) -> Float {
    precondition(feature.count == mean.count)
    var rest = zip(feature, mean).map { Double($0) - Double($1) }
    let difference = rest
    var distance = 0.0
    for (index, scale) in scales.enumerated() {
      let direction = basis[index * mean.count..<(index + 1) * mean.count]
      let length = zip(difference, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
      for (place, value) in direction.enumerated() { rest[place] -= length * Double(value) }
      distance += length * length / (Double(scale) * Double(scale))
    }
    let remainder = rest.reduce(0) { $0 + $1 * $1 }
    return Float(distance + remainder / (Double(restScale) * Double(restScale)))
  }
}
