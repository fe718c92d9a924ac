import Glibc
import NN

/// One network of the cascade with its weights packed; read-only and shared.
struct CascadeNetwork: Sendable {
  private struct Stage: Sendable {
    let convolution: Convolution2D
    let rectifier: PReLU
    let pool: MaxPool?
  }

  private struct Dense: Sendable {
    let layer: Linear
    let rectifier: PReLU
  }

  private let stages: [Stage]
  private let dense: Dense?
  /// All heads as one layer of as many outputs as they have together.
  private let heads: Linear

  /// Packs the weights of a network.
  init(_ weights: FaceDetectorWeights.Network, config: FaceDetectorConfig.Network) {
    stages = zip(weights.convolutions, config.convolutions).map { layer, config in
      Stage(
        convolution: Convolution2D(weight: layer.weight, bias: layer.bias.elements),
        rectifier: PReLU(slopes: layer.slopes?.elements ?? []), pool: config.pool)
    }
    dense = weights.dense.map { layer in
      Dense(
        layer: Linear(layer), rectifier: PReLU(slopes: layer.slopes?.elements ?? []))
    }
    let outputs = config.heads.reduce(0, +)
    let inputs = weights.heads.first.map { $0.weight.count / $0.bias.count } ?? 0
    heads = Linear(
      weights: PackedMatrix(
        f32: TensorView(weights.heads.flatMap(\.weight.elements), shape: [outputs, inputs]),
        outputs: outputs, inputs: inputs),
      bias: weights.heads.flatMap(\.bias.elements))
  }

  /// Outputs of all heads.
  var outputs: Int { heads.weights.outputs }
  /// Values of an example before the dense layer; only with one.
  var features: Int { dense?.layer.weights.inputs ?? 0 }

  /// The features of `input [height, width, 3]`, in `scratch` until its next use.
  func convolve(_ input: FeatureMap, scratch: inout CascadeScratch) -> FeatureMap {
    var map = input
    for stage in stages {
      let convolution = stage.convolution
      let (height, width) = (
        convolution.outputLength(map.height), convolution.outputLength(map.width)
      )
      scratch.gathered.reserve(convolution.scratchCount(width: width))
      scratch.convolved.reserve(height * width * convolution.outputs)
      let convolved = FeatureMap(
        base: scratch.convolved.base, height: height, width: width, channels: convolution.outputs)
      convolution(map, into: convolved, scratch: scratch.gathered)
      stage.rectifier(convolved.positions)
      if let pool = stage.pool {
        let (height, width) = (pool.outputLength(height), pool.outputLength(width))
        scratch.kept.reserve(height * width * convolution.outputs)
        map = FeatureMap(
          base: scratch.kept.base, height: height, width: width, channels: convolution.outputs)
        pool(convolved, into: map)
      } else {
        swap(&scratch.convolved, &scratch.kept)
        map = convolved
      }
    }
    return map
  }

  /// The heads' outputs for each position of a map: `[positions, outputs]`.
  func applyHeads(to map: FeatureMap, into output: MatrixView, scratch: borrowing FloatBuffer) {
    heads(map.positions, into: output, scratch: scratch)
  }

  /// The heads' outputs for examples that `flatten` wrote: `[n, features]` to `[n, outputs]`.
  func classify(_ examples: MatrixView, into output: MatrixView, scratch: inout CascadeScratch) {
    guard let dense else { preconditionFailure("a network without a dense layer") }
    let width = dense.layer.weights.outputs
    scratch.convolved.reserve(examples.rows * width)
    let hidden = scratch.convolved.matrix(examples.rows, width)
    dense.layer(examples, into: hidden, scratch: scratch.gathered)
    dense.rectifier(hidden)
    heads(hidden, into: output, scratch: scratch.gathered)
  }

  /// Writes a map in the order of the dense layer's inputs: width, height, channel.
  static func flatten(_ map: FeatureMap, into target: UnsafeMutablePointer<Float>) {
    for x in 0..<map.width {
      for y in 0..<map.height {
        (target + (x * map.height + y) * map.channels).update(
          from: map.row(y) + x * map.channels, count: map.channels)
      }
    }
  }

  /// The second of two values in their softmax.
  static func probability(_ logits: UnsafePointer<Float>) -> Float {
    1 / (1 + exp(logits[0] - logits[1]))
  }
}

/// Memory that the networks of one detector share; it grows to what the largest picture needs.
struct CascadeScratch: ~Copyable {
  var input = FloatBuffer(count: 1)
  var gathered = FloatBuffer(count: 1)
  var convolved = FloatBuffer(count: 1)
  var kept = FloatBuffer(count: 1)
  var examples = FloatBuffer(count: 1)
  var output = FloatBuffer(count: 1)
  var sums: [Int32] = []
}

extension Linear {
  /// A dense layer of the detector.
  fileprivate init(_ layer: FaceDetectorWeights.Layer) {
    self.init(
      weights: PackedMatrix(
        f32: layer.weight, outputs: layer.weight.shape[0], inputs: layer.weight.shape[1]),
      bias: layer.bias.elements)
  }
}
