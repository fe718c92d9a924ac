import CKernels
import Glibc
import NN

/// The shape of Silero VAD 6 at 16 kHz (docs/lab/MODEL.md has every step).
package enum VoiceActivityConfig {
  /// Samples a second.
  package static let sampleRate = 16_000
  /// Samples that one probability speaks of: 32 ms.
  package static let chunk = 512
  /// Samples before the chunk that the network sees again.
  package static let context = 64
  /// Samples that are mirrored after the chunk.
  static let mirrored = 64
  /// Length and distance of the Fourier windows, in samples.
  static let window = 256
  static let hop = 128
  /// Windows in a chunk.
  static let frames = 4
  /// Frequencies from 0 to 8 kHz.
  static let bins = 129
  /// State of the LSTM.
  static let hidden = 128
  /// Context, chunk and mirror.
  static let input = context + chunk + mirrored
}

/// The weights of Silero VAD 6, packed; read-only and shared.
package struct VoiceActivityWeights: Sendable {
  /// `[2 bins, window]`: cosines, then sines.
  let fourier: PackedMatrix
  let convolutions: [ChunkConvolution]
  /// `[4 hidden, hidden]`: input, forget, cell and output gate.
  let input: PackedMatrix
  let recurrent: PackedMatrix
  /// The sum of both biases, `[4 hidden]`.
  let gateBias: [Float]
  /// `[hidden]`
  let output: [Float]
  let outputBias: Float

  /// Loads the tensors of `silero_vad_16k.safetensors`; none may be missing or left over.
  package init(_ scope: WeightScope) throws(WeightError) {
    typealias C = VoiceActivityConfig
    let hidden = C.hidden
    let fourier = try scope.f32("stft_conv.weight", shape: [2 * C.bins, 1, C.window])
    self.fourier = PackedMatrix(
      f32: fourier, outputs: 2 * C.bins, inputs: C.window)
    convolutions = [
      try ChunkConvolution(scope["conv1"], inputs: C.bins, outputs: 128, step: 1),
      try ChunkConvolution(scope["conv2"], inputs: 128, outputs: 64, step: 2),
      try ChunkConvolution(scope["conv3"], inputs: 64, outputs: 64, step: 2),
      try ChunkConvolution(scope["conv4"], inputs: 64, outputs: hidden, step: 1),
    ]
    let cell = scope["lstm_cell"]
    let gates = 4 * hidden
    input = PackedMatrix(
      try cell.weight("weight_ih", shape: [gates, hidden]), outputs: gates, inputs: hidden)
    recurrent = PackedMatrix(
      try cell.weight("weight_hh", shape: [gates, hidden]), outputs: gates, inputs: hidden)
    gateBias = zip(
      try cell.f32("bias_ih", shape: [gates]).elements,
      try cell.f32("bias_hh", shape: [gates]).elements
    ).map { $0 + $1 }
    output = try scope.f32("final_conv.weight", shape: [1, hidden, 1]).elements
    outputBias = try scope.f32("final_conv.bias", shape: [1]).elements[0]
    try scope.finish()
  }
}

/// A convolution of three taps with one zero on either side, over sequences of a few steps, for
/// many chunks at once: `[length][chunks, inputs]` to `[outputLength(length)][chunks, outputs]`.
///
/// Step after step lies one matrix of all chunks, so a tap at a step is one product, and taps that
/// would meet the zeros are left out.
struct ChunkConvolution: Sendable {
  let inputs: Int
  let outputs: Int
  private let step: Int
  private let taps: [PackedMatrix]
  private let bias: [Float]

  /// Loads `weight [outputs, inputs, 3]` and `bias [outputs]`.
  init(_ scope: WeightScope, inputs: Int, outputs: Int, step: Int) throws(WeightError) {
    let kernel = 3
    self.inputs = inputs
    self.outputs = outputs
    self.step = step
    let weight = try scope.f32("weight", shape: [outputs, inputs, kernel]).elements
    taps = (0..<kernel).map { tap in
      let values = stride(from: tap, to: weight.count, by: kernel).map { weight[$0] }
      return PackedMatrix(
        f32: TensorView(values, shape: [outputs, inputs]), outputs: outputs, inputs: inputs)
    }
    bias = try scope.f32("bias", shape: [outputs]).elements
  }

  func outputLength(_ length: Int) -> Int { (length - 1) / step + 1 }

  func callAsFunction(
    _ input: borrowing FloatBuffer, length: Int, chunks: Int, into output: borrowing FloatBuffer
  ) {
    for target in 0..<outputLength(length) {
      let y = output.matrix(chunks, outputs, offset: target * chunks * outputs)
      var isFirst = true
      for (tap, weights) in taps.enumerated() {
        let source = target * step + tap - 1
        guard source >= 0, source < length else { continue }
        let x = input.matrix(chunks, inputs, offset: source * chunks * inputs)
        // Linear products of f32 weights need no scratch.
        weights.multiply(
          x, bias: isFirst ? bias : nil, ending: isFirst ? .store : .add, into: y, scratch: y.base)
        isFirst = false
      }
    }
  }
}

/// Working memory and recurrent state of the network for up to `capacity` chunks a call.
struct VoiceActivityNetwork: ~Copyable {
  private let weights: VoiceActivityWeights
  private let capacity: Int
  /// `[frames][chunks, 2 bins]`, later the outputs of every second convolution.
  private let wide: FloatBuffer
  /// `[frames][chunks, bins]`, later the outputs of the others.
  private let narrow: FloatBuffer
  /// `[chunks, 4 hidden]`
  private let gates: FloatBuffer
  /// `[hidden]` each.
  private let hidden: FloatBuffer
  private let cell: FloatBuffer

  init(weights: VoiceActivityWeights, capacity: Int) {
    typealias C = VoiceActivityConfig
    self.weights = weights
    self.capacity = capacity
    wide = FloatBuffer(count: capacity * C.frames * 2 * C.bins)
    narrow = FloatBuffer(count: capacity * C.frames * C.bins)
    gates = FloatBuffer(count: capacity * 4 * C.hidden)
    hidden = FloatBuffer(count: C.hidden)
    cell = FloatBuffer(count: C.hidden)
  }

  /// Forgets what was heard.
  mutating func reset() {
    hidden.base.update(repeating: 0, count: hidden.count)
    cell.base.update(repeating: 0, count: cell.count)
  }

  /// One probability of speech for each row of `inputs [chunks, input]`, in order of time.
  mutating func callAsFunction(_ inputs: MatrixView) -> [Float] {
    precondition(inputs.rows <= capacity && inputs.columns == VoiceActivityConfig.input)
    let chunks = inputs.rows
    spectrum(inputs)
    convolve(chunks)
    // Input part of the gates: [chunks, hidden] -> [chunks, 4 hidden].
    let features = narrow.matrix(chunks, VoiceActivityConfig.hidden)
    let gates = gates.matrix(chunks, 4 * VoiceActivityConfig.hidden)
    weights.input.multiply(features, bias: weights.gateBias, into: gates, scratch: gates.base)
    return (0..<chunks).map { recur(gates.rows($0..<$0 + 1)) }
  }

  /// Magnitudes `[frames][chunks, bins]` of the windows of each chunk, into `narrow`.
  private func spectrum(_ inputs: MatrixView) {
    typealias C = VoiceActivityConfig
    let chunks = inputs.rows
    for frame in 0..<C.frames {
      let windows = inputs.columns(frame * C.hop..<frame * C.hop + C.window)
      let waves = wide.matrix(chunks, 2 * C.bins)
      weights.fourier.multiply(windows, into: waves, scratch: waves.base)
      for chunk in 0..<chunks {
        let wave = waves.row(chunk)
        let magnitude = narrow.matrix(chunks, C.bins, offset: frame * chunks * C.bins).row(chunk)
        for bin in 0..<C.bins {
          let real = wave[bin]
          let imaginary = wave[C.bins + bin]
          magnitude[bin] = (real * real + imaginary * imaginary).squareRoot()
        }
      }
    }
  }

  /// Four convolutions with rectifiers, from and to `narrow`: 4, 4, 2, 1, 1 steps.
  private func convolve(_ chunks: Int) {
    var length = VoiceActivityConfig.frames
    for (index, convolution) in weights.convolutions.enumerated() {
      let next = convolution.outputLength(length)
      let count = next * chunks * convolution.outputs
      if index.isMultiple(of: 2) {
        convolution(narrow, length: length, chunks: chunks, into: wide)
        vk_relu(wide.base, count)
      } else {
        convolution(wide, length: length, chunks: chunks, into: narrow)
        vk_relu(narrow.base, count)
      }
      length = next
    }
  }

  /// One step of the LSTM with the head: `gates [1, 4 hidden]` holds the input part.
  private func recur(_ gates: MatrixView) -> Float {
    let count = VoiceActivityConfig.hidden
    weights.recurrent.multiply(
      hidden.matrix(1, count), ending: .add, into: gates, scratch: gates.base)
    let (i, f, g, o) = (
      gates.base, gates.base + count, gates.base + 2 * count, gates.base + 3 * count
    )
    vk_sigmoid(i, 2 * count)
    vk_tanh(g, count)
    vk_sigmoid(o, count)
    // c = f c + i g, h = o tanh(c)
    for n in 0..<count {
      cell.base[n] = f[n] * cell.base[n] + i[n] * g[n]
      hidden.base[n] = cell.base[n]
    }
    vk_tanh(hidden.base, count)
    var logit = weights.outputBias
    for n in 0..<count {
      hidden.base[n] *= o[n]
      logit += max(hidden.base[n], 0) * weights.output[n]
    }
    return 1 / (1 + expf(-logit))
  }
}
