import CKernels
import NN

/// Instance normalisation (Ulyanov et al. 2016): each channel of a sequence `[time, channels]` is
/// brought to mean 0 and variance 1 over the whole sequence, then scaled and shifted.
struct InstanceNorm: Sendable {
  private let weight: [Float]
  private let bias: [Float]

  /// Loads `weight [channels]` and `bias [channels]` at `scope`.
  init(_ scope: WeightScope, channels: Int) throws(WeightError) {
    weight = try scope.f32("weight", shape: [channels]).elements
    bias = try scope.f32("bias", shape: [channels]).elements
  }

  /// Normalises `x [time, channels]` and rectifies it with `slope` below zero, in place.
  func callAsFunction(_ x: MatrixView, slope: Float) {
    precondition(x.columns == weight.count && x.rows > 0)
    var means = [Float](repeating: 0, count: x.columns)
    var variances = means
    vk_column_moments(x.base, x.rows, x.stride, x.columns, &means, &variances)
    let scales = zip(weight, variances).map {
      $0 / ($1 + Float(PyanNetConfig.epsilon)).squareRoot()
    }
    let shifts = x.columns == 0 ? [] : (0..<x.columns).map { bias[$0] - means[$0] * scales[$0] }
    for row in 0..<x.rows {
      vk_scale_leaky(x.row(row), scales, shifts, slope, x.row(row), x.columns)
    }
  }
}
