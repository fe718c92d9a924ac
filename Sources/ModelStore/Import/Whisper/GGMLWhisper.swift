/// Finds the weights of Whisper in a file of whisper.cpp.
enum GGMLWhisper {
  /// The tensors under the names that Viseme reads, and the tokens.
  static func source(_ file: GGMLFile) throws(TensorFault) -> WhisperSource {
    var source = WhisperSource()
    var unknown: [String] = []
    for (name, tensor) in file.tensors {
      guard let ours = WhisperNames.openAI(name) else {
        unknown.append(name)
        continue
      }
      // The biases of the convolutions are columns there.
      let isColumn = tensor.shape.count == 2 && tensor.shape[1] == 1 && name.hasSuffix(".bias")
      try source.add(
        SourceTensor(shape: isColumn ? [tensor.shape[0]] : tensor.shape) { file.values(tensor) },
        as: ours)
    }
    guard unknown.isEmpty else { throw .unknown(unknown.sorted()) }
    try source.dropKeyBiases()
    source.pieces = file.tokens
    return source
  }
}
