import CKernels
import NN

/// The Moonshine audio encoder (Jeffries et al. 2024): raw 16 kHz samples to audio embeddings.
///
///     samples [N] -> conv 127/64, tanh -> [T1, d] -> group norm over the whole segment
///       -> conv 7/3, GELU -> [T2, 2 d] -> conv 3/2, GELU -> [T, d]
///       -> layers x (h += attention(norm h), h += fc2(gelu(fc1(norm h)))) -> norm -> [T, d]
///
/// 384 samples (24 ms) a frame; d is 288 in tiny, 416 in base. Attention is full; rotary positions on 32
/// of a head's 36 or 52 values.
/// The group norm sees the whole segment, so a segment is a unit. `docs/lab/MODEL.md` has the details.
package struct MoonshineEncoder: SpeechEncoder, ~Copyable {
  private let weights: MoonshineEncoderWeights
  private var scratch: MoonshineEncoderScratch

  /// An encoder over shared `weights`, with scratch for segments of `capacity` samples; it grows
  /// when a longer one comes.
  package init(weights: MoonshineEncoderWeights, capacity: Int = 0) {
    self.weights = weights
    scratch = MoonshineEncoderScratch(weights: weights, samples: capacity)
  }

  package mutating func encode(_ samples: [Float]) -> Embeddings {
    encode(samples, trace: nil)
  }

  /// Encodes one segment: samples `[N]` in -1...1 to embeddings `[T, hidden]`.
  ///
  /// - Parameters:
  ///   - samples: at most `config.maximumSamples`; fewer than `minimumSamples` give no frame.
  ///   - trace: sees every named stage, for parity tests.
  /// - Returns: a frame every 24 ms.
  package mutating func encode(
    _ samples: [Float], trace: ((_ stage: String, MatrixView) -> Void)?
  ) -> Embeddings {
    let config = weights.config
    precondition(samples.count <= config.maximumSamples, "segment too long")
    guard samples.count >= MoonshineEncoderConfig.minimumSamples else {
      return Embeddings(
        frames: 0, width: config.hidden, clock: MoonshineEncoderConfig.clock, values: [])
    }
    scratch.reserve(weights: weights, samples: samples.count)
    let h = convolve(samples, trace)  // [T, hidden]
    for index in weights.layers.indices { apply(layer: index, to: h, trace) }
    let y = scratch.normed.matrix(h.rows, h.columns)
    weights.norm(h, into: y)
    trace?("encoder_out", y)
    return Embeddings(
      frames: h.rows, width: h.columns, clock: MoonshineEncoderConfig.clock, values: y.copied())
  }

  /// Samples `[N]` to frames `[T, hidden]`.
  private func convolve(
    _ samples: [Float], _ trace: ((String, MatrixView) -> Void)?
  ) -> MatrixView {
    let (t1, t2, t) = weights.config.lengths(samples: samples.count)
    let hidden = weights.config.hidden
    let c1 = scratch.wide.matrix(t1, hidden)
    MatrixView.reading(samples, rows: samples.count, columns: 1) {
      weights.conv1($0, into: c1, scratch: scratch.product)
    }
    vk_tanh(c1.base, c1.count)
    trace?("conv1_tanh", c1)
    weights.groupNorm(c1)
    trace?("groupnorm", c1)
    let c2 = scratch.middle.matrix(t2, 2 * hidden)
    weights.conv2(c1, ending: .gelu, into: c2, scratch: scratch.product)
    trace?("conv2_gelu", c2)
    let h = scratch.hidden.matrix(t, hidden)
    weights.conv3(c2, ending: .gelu, into: h, scratch: scratch.product)
    trace?("conv3_gelu", h)
    return h
  }

  /// One transformer layer on `h [T, hidden]`, in place.
  private mutating func apply(
    layer index: Int, to h: MatrixView, _ trace: ((String, MatrixView) -> Void)?
  ) {
    let layer = weights.layers[index]
    let y = scratch.normed.matrix(h.rows, h.columns)
    layer.inputNorm(h, into: y)
    attend(layer, y, into: h, trace: index == 0 ? trace : nil)
    if index == 0 { trace?("layer0.after_attn", h) }
    layer.postAttentionNorm(h, into: y)
    let wide = scratch.wide.matrix(h.rows, weights.config.intermediate)
    layer.fc1(y, ending: .gelu, into: wide, scratch: scratch.product)
    layer.fc2(wide, ending: .add, into: h, scratch: scratch.product)
    trace?("layer\(index).out", h)
  }

  /// `h += attention(y) Wo`, with `y [T, hidden]` normalised.
  private mutating func attend(
    _ layer: EncoderLayer, _ y: MatrixView, into h: MatrixView,
    trace: ((String, MatrixView) -> Void)?
  ) {
    let config = weights.config
    let width = y.columns
    let joined = scratch.wide.matrix(y.rows, 3 * width)
    layer.queriesKeysValues(y, into: joined, scratch: scratch.product)
    let q = joined.columns(0..<width)
    let k = joined.columns(width..<2 * width)
    let v = joined.columns(2 * width..<3 * width)
    trace?("layer0.q_proj", q)
    weights.positions.rotate(q, heads: config.heads, headSize: config.headSize)
    weights.positions.rotate(k, heads: config.heads, headSize: config.headSize)
    trace?("layer0.q_rope_head0", q.columns(0..<config.headSize))
    trace?("layer0.k_rope_head0", k.columns(0..<config.headSize))
    scratch.attention(queries: q, keys: k, values: v, into: y)
    layer.o(y, ending: .add, into: h, scratch: scratch.product)
  }
}
