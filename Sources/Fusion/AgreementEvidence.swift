import NN

/// What agreement is worth as evidence: how much likelier it is that a voice belongs to these lips than to
/// others (`docs/lab/MODEL.md`, "Evidence"). It was fitted on people whom training never saw.
package struct AgreementEvidence: Sendable, Hashable {
  private let slope: Double
  private let intercept: Double
  /// Seconds from which on more of them say little more: they are not independent.
  private let saturation: Double

  package init(slope: Double, intercept: Double, saturation: Double) {
    precondition(saturation > 0)
    (self.slope, self.intercept, self.saturation) = (slope, intercept, saturation)
  }

  /// Loads `evidence` of the model at `root`; nil where its saturation is no time.
  package init?(_ root: WeightScope) throws(WeightError) {
    let scope = root["evidence"]
    slope = Double(try scope.f32("slope", shape: [1]).elements[0])
    intercept = Double(try scope.f32("intercept", shape: [1]).elements[0])
    saturation = Double(try scope.f32("saturation", shape: [1]).elements[0])
    try scope.finish()
    guard saturation > 0 else { return nil }
  }

  /// The natural logarithm of the ratio of likelihoods for a mean `score` over `seconds` of lips.
  package func ratio(score: Float, seconds: Double) -> Double {
    (slope * Double(score) + intercept) * seconds / (1 + seconds / saturation)
  }
}
