import NN

/// The dimensions of a cascade of face detection networks (MTCNN; Zhang et al. 2016, "Joint Face
/// Detection and Alignment using Multi-task Cascaded Convolutional Networks").
package struct FaceDetectorConfig: Sendable, Hashable {
  /// A square convolution with a PReLU behind it, and perhaps the largest values of windows.
  package struct Convolution: Sendable, Hashable {
    package let channels: Int
    package let kernel: Int
    package let pool: MaxPool?

    init(channels: Int, kernel: Int, pool window: Int? = nil) {
      self.channels = channels
      self.kernel = kernel
      pool = window.map { MaxPool(window: $0) }
    }
  }

  /// A dense layer with a PReLU behind it.
  package struct Dense: Sendable, Hashable {
    /// The last convolution's map flattened in the order width, height, channel.
    package let inputs: Int
    package let outputs: Int
  }

  /// One network: convolutions, perhaps a dense layer, and heads side by side.
  package struct Network: Sendable, Hashable {
    package let name: String
    package let convolutions: [Convolution]
    /// Nil where the heads are convolutions of 1 x 1, so that the input may have any size.
    package let dense: Dense?
    /// Outputs of each head: 2 for face or not, 4 for the box, 10 for five landmarks.
    package let heads: [Int]
  }

  /// Proposals, their refinement, and the final boxes with landmarks.
  package let networks: [Network]

  /// The networks that Viseme installs.
  package static let mtcnn = FaceDetectorConfig(networks: [
    Network(
      name: "pnet",
      convolutions: [
        Convolution(channels: 10, kernel: 3, pool: 2), Convolution(channels: 16, kernel: 3),
        Convolution(channels: 32, kernel: 3),
      ], dense: nil, heads: [2, 4]),
    Network(
      name: "rnet",
      convolutions: [
        Convolution(channels: 28, kernel: 3, pool: 3),
        Convolution(channels: 48, kernel: 3, pool: 3), Convolution(channels: 64, kernel: 2),
      ], dense: Dense(inputs: 576, outputs: 128), heads: [2, 4]),
    Network(
      name: "onet",
      convolutions: [
        Convolution(channels: 32, kernel: 3, pool: 3),
        Convolution(channels: 64, kernel: 3, pool: 3),
        Convolution(channels: 64, kernel: 3, pool: 2), Convolution(channels: 128, kernel: 2),
      ], dense: Dense(inputs: 1152, outputs: 256), heads: [2, 4, 10]),
  ])
}

/// The weights of the face detector, checked against its configuration as they are loaded.
package struct FaceDetectorWeights: Sendable {
  /// A convolution or a dense layer.
  package struct Layer: Sendable {
    /// [out, in, kernel, kernel], or [out, in].
    package let weight: TensorView<Float>
    /// [out]
    package let bias: TensorView<Float>
    /// [out]: the slopes below zero of the PReLU behind the layer; nil for a head.
    package let slopes: TensorView<Float>?
  }

  /// The layers of one network.
  package struct Network: Sendable {
    package let convolutions: [Layer]
    package let dense: Layer?
    package let heads: [Layer]
  }

  package let config: FaceDetectorConfig
  /// In the order of `config.networks`.
  package let networks: [Network]

  /// Loads all tensors below `scope`; one that is left over is an error.
  package init(
    scope: WeightScope, config: FaceDetectorConfig = .mtcnn
  ) throws(WeightError) {
    var networks: [Network] = []
    for network in config.networks {
      networks.append(try Network(scope: scope[network.name], config: network))
    }
    try scope.finish()
    self.config = config
    self.networks = networks
  }
}

extension FaceDetectorWeights.Network {
  /// The layers are numbered through: `conv1` with `prelu1`, ..., `dense5` with `prelu5`, and
  /// the heads `dense6_1`, `dense6_2`, ...
  fileprivate init(
    scope: WeightScope, config: FaceDetectorConfig.Network
  ) throws(WeightError) {
    typealias Layer = FaceDetectorWeights.Layer
    var number = 1
    var channels = 3
    var convolutions: [Layer] = []
    for convolution in config.convolutions {
      let shape = [convolution.channels, channels, convolution.kernel, convolution.kernel]
      convolutions.append(
        try Layer(scope: scope, name: "conv\(number)", shape: shape, slopes: "prelu\(number)"))
      channels = convolution.channels
      number += 1
    }
    self.convolutions = convolutions
    if let dense = config.dense {
      self.dense = try Layer(
        scope: scope, name: "dense\(number)", shape: [dense.outputs, dense.inputs],
        slopes: "prelu\(number)")
      channels = dense.outputs
      number += 1
    } else {
      dense = nil
    }
    let kind = config.dense == nil ? "conv" : "dense"
    let kernel = config.dense == nil ? [1, 1] : []
    var heads: [Layer] = []
    for (index, outputs) in config.heads.enumerated() {
      heads.append(
        try Layer(
          scope: scope, name: "\(kind)\(number)_\(index + 1)",
          shape: [outputs, channels] + kernel, slopes: nil))
    }
    self.heads = heads
  }
}

extension FaceDetectorWeights.Layer {
  fileprivate init(
    scope: WeightScope, name: String, shape: [Int], slopes: String?
  ) throws(WeightError) {
    weight = try scope[name].f32("weight", shape: shape)
    bias = try scope[name].f32("bias", shape: [shape[0]])
    if let slopes {
      self.slopes = try scope[slopes].f32("weight", shape: [shape[0]])
    } else {
      self.slopes = nil
    }
  }
}
