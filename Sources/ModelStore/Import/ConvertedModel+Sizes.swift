extension ConvertedModel {
  /// Refuses a model of a known family that nothing can load.
  func checkSizes(path: String) throws(ModelStoreError) {
    guard let speech else { return }
    switch speech.family {
    case .moonshine:
      guard MoonshineLayout(sizes: speech.sizes) == nil else { return }
      throw .unknownSize(
        path: path, width: speech.sizes["width"] ?? 0,
        layers: ["encoder_layers", "decoder_layers"].map { speech.sizes[$0] ?? 0 })
    // Every size can be loaded.
    case .whisper: return
    }
  }
}
