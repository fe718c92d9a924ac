import Fixtures
import Foundation
import NN

/// A text decoder in Whisper's shape (Radford et al. 2022), as it is defined, in f64: slow and plain.
struct ReferenceDecoder {
  struct Tensor {
    var shape: [Int]
    var values: [Double]
  }

  private static let (hidden, heads, inner) = (
    TinyModel.hidden, TinyModel.heads, TinyModel.intermediate
  )
  /// By their names in a file.
  var tensors: [String: Tensor] = [:]
  private var generator: SeededGenerator

  /// Random weights.
  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    let (d, root) = (Self.hidden, "model.decoder.")
    add(root + "embed_tokens.weight", [TinyModel.vocabulary, d], spread: 1)
    add(root + "embed_positions.weight", [64, d], spread: 1)
    for layer in 0..<TinyModel.layers {
      let path = root + "layers.\(layer)."
      for attention in ["self_attn", "encoder_attn"] {
        for projection in ["q_proj", "k_proj", "v_proj", "o_proj"] {
          add(path + "\(attention).\(projection).weight", [d, d], spread: 0.5)
          if projection == "k_proj" { continue }
          add(path + "\(attention).\(projection).bias", [d], spread: 0.5)
        }
      }
      add(path + "mlp.fc1.weight", [Self.inner, d], spread: 0.5)
      add(path + "mlp.fc1.bias", [Self.inner], spread: 0.5)
      add(path + "mlp.fc2.weight", [d, Self.inner], spread: 0.5)
      add(path + "mlp.fc2.bias", [d], spread: 0.5)
      for norm in ["input_layernorm", "post_attention_layernorm", "final_layernorm"] {
        addNorm(path + norm)
      }
    }
    addNorm(root + "norm")
  }

  private mutating func addNorm(_ name: String) {
    add(name + ".weight", [Self.hidden], spread: 0.3, around: 1)
    add(name + ".bias", [Self.hidden], spread: 0.3)
  }

  private mutating func add(_ name: String, _ shape: [Int], spread: Float, around centre: Float = 0) {
    let values = (0..<shape.reduce(1, *)).map { _ in
      Double(centre + Float.random(in: -spread...spread, using: &generator))
    }
    tensors[name] = Tensor(shape: shape, values: values)
  }

  /// Logits of the token behind `tokens`.
  func logits(_ tokens: [Int32], _ heard: Embeddings) -> [Double] {
    let d = Self.hidden
    let audio = (0..<heard.frames).map { frame in
      heard.values[frame * d..<(frame + 1) * d].map { Double($0) }
    }
    let (table, positions) = (self["embed_tokens.weight"], self["embed_positions.weight"])
    var h = tokens.enumerated().map { position, token in
      (0..<d).map { table[Int(token) * d + $0] + positions[position * d + $0] }
    }
    for layer in 0..<TinyModel.layers {
      let path = "layers.\(layer)."
      var y = h.map { norm($0, path + "input_layernorm") }
      for index in h.indices {
        let seen = attend(y[index], Array(y[...index]), path + "self_attn.")
        h[index] = zip(h[index], seen).map(+)
      }
      y = h.map { norm($0, path + "post_attention_layernorm") }
      for index in h.indices {
        h[index] = zip(h[index], attend(y[index], audio, path + "encoder_attn.")).map(+)
        let x = norm(h[index], path + "final_layernorm")
        let inner = linear(x, path + "mlp.fc1").map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
        h[index] = zip(h[index], linear(inner, path + "mlp.fc2")).map(+)
      }
    }
    let last = norm(h[h.count - 1], "norm")
    return (0..<TinyModel.vocabulary).map { token in
      (0..<d).reduce(0) { $0 + last[$1] * table[token * d + $1] }
    }
  }

  private subscript(_ name: String) -> [Double] { tensors["model.decoder." + name]?.values ?? [] }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (weight, bias) = (self[name + ".weight"], self[name + ".bias"])
    return x.indices.map {
      (x[$0] - mean) / (variance + 1e-5).squareRoot() * weight[$0] + bias[$0]
    }
  }

  private func linear(_ x: [Double], _ name: String) -> [Double] {
    let (weight, bias) = (self[name + ".weight"], self[name + ".bias"])
    return (0..<weight.count / x.count).map { row in
      x.indices.reduce(bias.isEmpty ? 0 : bias[row]) { $0 + weight[row * x.count + $1] * x[$1] }
    }
  }

  private func attend(_ x: [Double], _ memory: [[Double]], _ path: String) -> [Double] {
    let size = Self.hidden / Self.heads
    let q = linear(x, path + "q_proj")
    let (keys, values) = (
      memory.map { linear($0, path + "k_proj") }, memory.map { linear($0, path + "v_proj") }
    )
    var joined = [Double](repeating: 0, count: Self.hidden)
    for head in 0..<Self.heads {
      let range = head * size..<(head + 1) * size
      let scores = keys.map { key in
        range.reduce(0) { $0 + q[$1] * key[$1] } / Double(size).squareRoot()
      }
      let top = scores.max() ?? 0
      let shares = scores.map { exp($0 - top) }
      let sum = shares.reduce(0, +)
      for (share, value) in zip(shares, values) {
        for index in range { joined[index] += share / sum * value[index] }
      }
    }
    return linear(joined, path + "o_proj")
  }
}
