import AudioEncoder
import Decoding
import NN

/// A matrix product of the model: `[rows, inputs]` times `[outputs, inputs]` transposed.
struct ProductShape {
  let layer: String
  let rows: Int
  let outputs: Int
  let inputs: Int
  /// Distance between the starts of rows, in values; less than `inputs` where windows overlap.
  let stride: Int
  /// Name and shape of the 8-bit weights in the model file; nil for a product of f32 weights.
  let weights: (name: String, shape: [Int])?

  /// Multiplications and additions.
  var operations: Double { 2 * Double(rows * outputs * inputs) }

  private init(
    _ layer: String, rows: Int, outputs: Int, inputs: Int, stride: Int? = nil,
    _ name: String? = nil, shape: [Int]? = nil
  ) {
    self.layer = layer
    self.rows = rows
    self.outputs = outputs
    self.inputs = inputs
    self.stride = stride ?? inputs
    weights = name.map { ($0 + ".weight", shape ?? [outputs, inputs]) }
  }

  /// The encoder's products for a segment of `samples`.
  static func encoder(samples: Int) -> [ProductShape] {
    let config = MoonshineEncoderConfig.tinyEnglish
    let (t1, t2, t) = config.lengths(samples: samples)
    let (hidden, inner, scope) = (config.hidden, config.intermediate, "model.encoder.")
    return [
      ProductShape(
        "convolution 1", rows: t1, outputs: hidden, inputs: 127, stride: 64, scope + "conv1",
        shape: [hidden, 1, 127]),
      ProductShape(
        "convolution 2", rows: t2, outputs: 2 * hidden, inputs: 7 * hidden, stride: 3 * hidden,
        scope + "conv2", shape: [2 * hidden, hidden, 7]),
      ProductShape(
        "convolution 3", rows: t, outputs: hidden, inputs: 6 * hidden, stride: 4 * hidden,
        scope + "conv3", shape: [hidden, 2 * hidden, 3]),
      ProductShape(
        "q, k, v, o; decoder's cross k, v", rows: t, outputs: hidden, inputs: hidden,
        scope + "layers.0.self_attn.q_proj"),
      ProductShape(
        "fc1", rows: t, outputs: inner, inputs: hidden, scope + "layers.0.mlp.fc1"),
      ProductShape(
        "fc2", rows: t, outputs: hidden, inputs: inner, scope + "layers.0.mlp.fc2"),
    ]
  }

  /// The decoder's products for `rows` segments at once.
  static func decoder(rows: Int) -> [ProductShape] {
    let config = TextDecoderConfig.tinyEnglish
    let (hidden, inner, scope) = (config.hidden, config.intermediate, "model.decoder.")
    return [
      ProductShape(
        "decoder q, k, v, o", rows: rows, outputs: hidden, inputs: hidden,
        scope + "layers.0.self_attn.q_proj"),
      ProductShape(
        "decoder fc1", rows: rows, outputs: 2 * inner, inputs: hidden, scope + "layers.0.mlp.fc1"),
      ProductShape(
        "decoder fc2", rows: rows, outputs: hidden, inputs: inner, scope + "layers.0.mlp.fc2"),
      ProductShape(
        "vocabulary", rows: rows, outputs: config.vocabulary, inputs: hidden,
        scope + "embed_tokens"),
    ]
  }

  /// The products of voice activity detection, whose weights are f32.
  static let voiceActivity = [
    ProductShape("Fourier transform", rows: VoiceActivityDetector.batch, outputs: 258, inputs: 256),
    ProductShape("convolution", rows: VoiceActivityDetector.batch, outputs: 128, inputs: 129),
    ProductShape("LSTM, input", rows: VoiceActivityDetector.batch, outputs: 512, inputs: 128),
    ProductShape("LSTM, state", rows: 1, outputs: 512, inputs: 128),
  ]
}

/// How fast one product is.
struct ProductResult: Encodable {
  let layer: String
  /// "u8" or "f32".
  let weights: String
  let rows: Int
  let outputs: Int
  let inputs: Int
  let microseconds: Double
  /// Billions of operations a second.
  let gops: Double
  /// Of the peaks measured in turn with it; nil where the machine has no such arithmetic, and of
  /// the 8-bit peak for f32 weights.
  let shareOfF32: Double?
  let shareOfU8: Double?
}

/// A layer with an input and an output to run on.
final class ProductRun {
  private let linear: Linear
  private let input: FloatBuffer
  private let output: FloatBuffer
  private let scratch: FloatBuffer
  private let shape: ProductShape

  init(_ shape: ProductShape, weights: PackedMatrix) {
    self.shape = shape
    linear = Linear(weights: weights, bias: nil)
    input = FloatBuffer(count: (shape.rows - 1) * shape.stride + shape.inputs)
    output = FloatBuffer(count: shape.rows * shape.outputs)
    scratch = FloatBuffer(count: weights.scratchCount)
    for index in 0..<input.count { input.base[index] = Self.value(index) }
  }

  /// Numbers between -1 and 1 without a pattern that matters.
  static func value(_ index: Int) -> Float {
    Float(UInt32(truncatingIfNeeded: index) &* 2_654_435_769 >> 16) / 32_768 - 1
  }

  func run() {
    let rows = MatrixView(
      base: input.base, rows: shape.rows, columns: shape.inputs, stride: shape.stride)
    linear(rows, into: output.matrix(shape.rows, shape.outputs), scratch: scratch)
  }
}
