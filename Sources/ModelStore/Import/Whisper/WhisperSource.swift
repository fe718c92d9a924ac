/// A tensor of a model that is imported: its values are read when they are asked for, so that only one
/// tensor is in memory as numbers.
struct SourceTensor {
  let shape: [Int]
  /// All values, row-major.
  let values: @Sendable () -> [Float]
}

/// What an import has found, whatever it came in.
struct WhisperSource {
  /// By the names that Viseme reads (`WhisperLayout`).
  var tensors: [String: SourceTensor] = [:]
  /// Text of each token.
  var pieces: [[UInt8]] = []
  /// Layer and head of those that follow speech; empty where the files do not say.
  var alignmentHeads: [[Int]] = []

  /// Takes a tensor under its new name.
  mutating func add(_ tensor: SourceTensor, as name: String) throws(TensorFault) {
    guard tensors.updateValue(tensor, forKey: name) == nil else { throw .ambiguous(name) }
  }

  /// Takes a layer's joined projections `[count * rows, ...]` apart; `names` are those of its parts.
  mutating func add(_ tensor: SourceTensor, splitAs names: [String]) throws(TensorFault) {
    let count = names.count
    guard let rows = tensor.shape.first, rows % count == 0 else {
      throw .shape(tensor: names[0], expected: [count], found: tensor.shape)
    }
    let shape = [rows / count] + tensor.shape.dropFirst()
    let size = shape.reduce(1, *)
    for (index, name) in names.enumerated() {
      try add(
        SourceTensor(shape: shape) { Array(tensor.values()[index * size..<(index + 1) * size]) },
        as: name)
    }
  }

  /// Takes away the biases of keys, which Whisper does not have: files that have them hold zeros.
  mutating func dropKeyBiases() throws(TensorFault) {
    for name in tensors.keys where name.hasSuffix(".k_proj.bias") {
      let bias = tensors.removeValue(forKey: name)
      guard bias?.values().allSatisfy({ $0 == 0 }) ?? true else { throw .unknown([name]) }
    }
  }
}
