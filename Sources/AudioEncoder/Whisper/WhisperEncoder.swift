import NN

/// The Whisper audio encoder (Radford et al. 2022): a window of 30 s to audio embeddings.
///
///     samples [N], N at most 480,000 -> log-mel [3000, bands]
///       -> conv 3/1, GELU -> [3000, d] -> conv 3/2, GELU -> [1500, d] + sinusoids
///       -> layers x (h += attention(norm h), h += fc2(gelu(fc1(norm h)))) -> norm -> [1500, d]
///
/// A frame every 20 ms. What is shorter than 30 s is followed by silence: the network has learned from
/// whole windows only.
package struct WhisperEncoder: SpeechEncoder, ~Copyable {
  private let weights: WhisperEncoderWeights
  private let scratch: WhisperEncoderScratch

  /// An encoder over shared `weights`, with scratch for a window.
  package init(weights: WhisperEncoderWeights) {
    self.weights = weights
    scratch = WhisperEncoderScratch(weights: weights)
  }

  package mutating func encode(_ samples: [Float]) -> Embeddings { encode(samples, trace: nil) }

  /// Encodes a window: samples `[N]` in -1...1, at most `LogMel.samples`, to embeddings
  /// `[1500, hidden]`. `trace` sees every named stage, for parity tests.
  package func encode(
    _ samples: [Float], trace: ((_ stage: String, MatrixView) -> Void)?
  ) -> Embeddings {
    let h = convolve(samples, trace)
    for (index, layer) in weights.layers.enumerated() {
      apply(layer, to: h)
      trace?("layer\(index).out", h)
    }
    let y = scratch.normed.matrix(h.rows, h.columns)
    weights.norm(h, into: y)
    trace?("encoder_out", y)
    return Embeddings(
      frames: h.rows, width: h.columns, clock: WhisperEncoderConfig.clock, values: y.copied())
  }

  /// Samples to frames `[1500, hidden]` with their positions.
  private func convolve(
    _ samples: [Float], _ trace: ((String, MatrixView) -> Void)?
  ) -> MatrixView {
    let hidden = weights.config.hidden
    // Rows 0 and 3001 are the convolutions' padding.
    let mel = scratch.mel.matrix(LogMel.frames + 2, weights.config.bands)
    let heard = mel.rows(1..<1 + LogMel.frames)
    weights.frontEnd(samples, into: heard, scratch: scratch.frontEnd)
    trace?("log_mel", heard)
    let c1 = scratch.wide.matrix(LogMel.frames + 2, hidden)
    weights.conv1(
      mel, ending: .gelu, into: c1.rows(1..<1 + LogMel.frames), scratch: scratch.product)
    for row in [0, LogMel.frames + 1] { c1.row(row).update(repeating: 0, count: hidden) }
    trace?("conv1_gelu", c1.rows(1..<1 + LogMel.frames))
    let h = scratch.hidden.matrix(WhisperEncoderConfig.frames, hidden)
    weights.conv2(c1, ending: .gelu, into: h, scratch: scratch.product)
    trace?("conv2_gelu", h)
    for index in 0..<h.count { h.base[index] += weights.positions[index] }
    return h
  }

  /// One transformer layer on `h [1500, hidden]`, in place. Rows behind a norm have no outliers and stand
  /// 8-bit grids; what leaves attention and GELU has some.
  private func apply(_ layer: EncoderLayer, to h: MatrixView) {
    let y = scratch.normed.matrix(h.rows, h.columns)
    layer.inputNorm(h, into: y)
    let width = h.columns
    let joined = scratch.wide.matrix(h.rows, 3 * width)
    layer.queriesKeysValues(y, rows: .narrow, into: joined, scratch: scratch.product)
    scratch.attention(
      queries: joined.columns(0..<width), keys: joined.columns(width..<2 * width),
      values: joined.columns(2 * width..<3 * width), into: y)
    layer.o(y, ending: .add, into: h, scratch: scratch.product)
    layer.postAttentionNorm(h, into: y)
    let inner = scratch.wide.matrix(h.rows, weights.config.intermediate)
    layer.fc1(y, rows: .narrow, ending: .gelu, into: inner, scratch: scratch.product)
    layer.fc2(inner, ending: .add, into: h, scratch: scratch.product)
  }
}
