import NN

extension ModelConversion {
  /// Moonshine from its `.ort` files and tokenizer.
  static func moonshine(
    encoder: [UInt8], decoder: [UInt8], tokenizer: [UInt8], path: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    let graphs: (encoder: OrtModel, decoder: OrtModel)
    do throws(OrtError) {
      graphs = (try OrtModel(encoder), try OrtModel(decoder))
    } catch { throw .ort(path: path, error) }
    let result: (layout: MoonshineLayout, tensors: [TensorData])
    do throws(TensorFault) {
      result = try MoonshineImport.tensors(encoder: graphs.encoder, decoder: graphs.decoder)
    } catch { throw .tensors(path: path, error) }
    try checkTokenizer(tokenizer, path: path, layout: result.layout)
    return ConvertedModel(
      name: model?.name ?? result.layout.modelName, version: model?.version ?? localVersion,
      licence: model?.licence ?? unknownLicence, source: model?.source ?? fileName(path),
      tensors: result.tensors, speech: result.layout.description(languages: languages(model)),
      files: [(MoonshineImport.tokenizerFile, tokenizer)])
  }

  /// Languages of a model that says none: Moonshine's first models knew English alone.
  private static func languages(_ model: KnownModel?) -> [String] {
    model?.speech?.languages ?? ["en"]
  }

  /// Moonshine from a safetensors file with canonical names, and its tokenizer.
  static func moonshine(
    _ file: SafetensorsFile, tokenizer: [UInt8]
  ) throws(ModelStoreError) -> ConvertedModel {
    let result: (layout: MoonshineLayout, tensors: [TensorData])
    do throws(TensorFault) {
      result = try MoonshineImport.tensors(of: file)
    } catch { throw .tensors(path: file.path, error) }
    try checkTokenizer(tokenizer, path: file.path, layout: result.layout)
    return ConvertedModel(
      name: result.layout.modelName, version: localVersion, licence: unknownLicence,
      source: fileName(file.path), tensors: result.tensors,
      speech: result.layout.description(languages: languages(nil)),
      files: [(MoonshineImport.tokenizerFile, tokenizer)])
  }

  private static func checkTokenizer(
    _ bytes: [UInt8], path: String, layout: MoonshineLayout
  ) throws(ModelStoreError) {
    let entries = MoonshineImport.tokenizerEntries(bytes)
    guard entries == layout.vocabularySize else {
      throw .tokenizer(path: path, entries: entries, expected: layout.vocabularySize)
    }
  }
}

extension MoonshineLayout {
  /// Name in the store of a model that was imported from files of the user's.
  var modelName: String {
    switch (hiddenSize, encoderLayers, decoderLayers) {
    case (Self.tiny.hiddenSize, Self.tiny.encoderLayers, Self.tiny.decoderLayers): "moonshine-tiny"
    case (Self.base.hiddenSize, Self.base.encoderLayers, Self.base.decoderLayers): "moonshine-base"
    default: "moonshine-\(hiddenSize)"
    }
  }
}
