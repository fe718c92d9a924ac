import NN

/// Converts Moonshine models to the form that the encoder and decoder read.
enum MoonshineImport {
  static let encoderFile = "encoder_model.ort"
  static let decoderFile = "decoder_model_merged.ort"
  static let tokenizerFile = "tokenizer.bin"
  /// Where the files lie in the wheel.
  static let wheelFolder = "moonshine_voice/assets/tiny-en/"

  /// The tensors of the two `.ort` files under their canonical names, in order of use.
  ///
  /// Linear weights and the embedding keep their bytes, transposed to [out, in]; convolutions are
  /// stored as floats but lie on an 8-bit grid, and go back onto it.
  static func tensors(
    encoder: OrtModel, decoder: OrtModel
  ) throws(TensorFault) -> (layout: MoonshineLayout, tensors: [TensorData]) {
    var found: [String: [TensorData]] = [:]
    for graph in [
      try MoonshineGraph(encoder, prefix: "model.encoder."),
      try MoonshineGraph(decoder, prefix: ""),
    ] {
      for (name, weight) in graph.weights {
        let tensors = try Self.tensors(name, weight, in: graph.model)
        guard found.updateValue(tensors, forKey: name) == nil else { throw .ambiguous(name) }
      }
    }
    let projection = found.removeValue(forKey: MoonshineLayout.tiedProjection)
    let embedding = found[MoonshineLayout.embedding]
    guard projection?.map(\.bytes) == embedding?.map(\.bytes) else { throw .notTied }

    let layout = try MoonshineLayout(shapes: found.mapValues { $0[0].shape })
    let arranged = try arrange(found, as: layout.tensors) { $0[0].shape }
    return (layout, arranged.flatMap(\.tensor))
  }

  private static func tensors(
    _ name: String, _ weight: MoonshineGraph.Weight, in model: OrtModel
  ) throws(TensorFault) -> [TensorData] {
    switch weight {
    case .float(let initializer):
      let source = try self.initializer(initializer, of: model, type: OrtInitializer.float)
      let values = model.floats(source)
      // Group normalisation's come as [channels, 1].
      let isColumn = source.shape.count == 2 && source.shape[1] == 1
      let shape = isColumn ? [source.shape[0]] : source.shape
      if shape.count == 3, let grid = QuantizedGrid(values) {
        return TensorData.quantized(
          name: name, shape: shape, bytes: grid.bytes, scale: grid.scale,
          zeroPoint: grid.zeroPoint)
      }
      return [TensorData(name: name, shape: shape, floats: values)]
    case .quantized(let initializer, let scaleName, let zeroPointName, let isTransposed):
      let source = try self.initializer(initializer, of: model, type: OrtInitializer.uint8)
      let scale = try self.initializer(scaleName, of: model, type: OrtInitializer.float)
      let zeroPoint = try self.initializer(zeroPointName, of: model, type: OrtInitializer.uint8)
      guard source.shape.count == 2, scale.bytes.count == 4, zeroPoint.bytes.count == 1 else {
        throw .shape(tensor: name, expected: [0, 0], found: source.shape)
      }
      let bytes = Array(model.bytes[source.bytes])
      let (rows, columns) = (source.shape[0], source.shape[1])
      return TensorData.quantized(
        name: name, shape: isTransposed ? [columns, rows] : [rows, columns],
        bytes: isTransposed ? transposed(bytes, rows: rows, columns: columns) : bytes,
        scale: model.floats(scale)[0], zeroPoint: model.bytes[zeroPoint.bytes.lowerBound])
    }
  }

  private static func initializer(
    _ name: String, of model: OrtModel, type: Int32
  ) throws(TensorFault) -> OrtInitializer {
    guard let initializer = model.graph.initializers[name], initializer.dataType == type else {
      throw .missing([name])
    }
    return initializer
  }

  /// The transpose of a row-major [rows, columns] matrix of bytes.
  private static func transposed(_ bytes: [UInt8], rows: Int, columns: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      bytes.withUnsafeBufferPointer { source in
        // By tiles, or each byte would come from another cache line.
        for tile in stride(from: 0, to: columns, by: 64) {
          for row in 0..<rows {
            for column in tile..<min(tile &+ 64, columns) {
              target[column &* rows &+ row] = source[row &* columns &+ column]
            }
          }
        }
      }
      count = bytes.count
    }
  }

  /// The tensors of a safetensors file with canonical names; each keeps its element type.
  static func tensors(
    of file: SafetensorsFile
  ) throws(TensorFault) -> (layout: MoonshineLayout, tensors: [TensorData]) {
    var found: [String: TensorEntry] = [:]
    for entry in file.entries { found[entry.name] = entry }
    if let projection = found.removeValue(forKey: MoonshineLayout.tiedProjection),
      let embedding = found[MoonshineLayout.embedding]
    {
      guard file.bytes(of: projection) == file.bytes(of: embedding) else { throw .notTied }
    }
    var grids: [String: [TensorEntry]] = [:]
    for (name, entry) in found where entry.dtype == .u8 && !name.hasSuffix(".zero_point") {
      grids[name] = [
        try take(name + ".scale", type: .f32, &found),
        try take(name + ".zero_point", type: .u8, &found),
      ]
    }
    let layout = try MoonshineLayout(shapes: found.mapValues(\.shape))
    var tensors: [TensorData] = []
    for (name, entry) in try arrange(found, as: layout.tensors, shape: \.shape) {
      guard [.f32, .f16, .bf16, .u8].contains(entry.dtype) else {
        throw .type(tensor: name, entry.dtype)
      }
      tensors += ([entry] + (grids[name] ?? [])).map {
        TensorData(name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: file.bytes(of: $0))
      }
    }
    return (layout, tensors)
  }

  private static func take(
    _ name: String, type: DType, _ found: inout [String: TensorEntry]
  ) throws(TensorFault) -> TensorEntry {
    guard let entry = found.removeValue(forKey: name) else { throw .missing([name]) }
    guard entry.dtype == type else { throw .type(tensor: name, entry.dtype) }
    guard entry.shape == [1] else {
      throw .shape(tensor: name, expected: [1], found: entry.shape)
    }
    return entry
  }

  /// Number of entries in the tokenizer file `bytes`, or nil when its last is cut off: an entry
  /// is a length (one byte, or two when the first has its high bit set) and so many bytes.
  static func tokenizerEntries(_ bytes: [UInt8]) -> Int? {
    var position = 0
    var count = 0
    while position < bytes.count {
      var length = Int(bytes[position])
      position += 1
      if length >= 128 {
        guard position < bytes.count else { return nil }
        length += Int(bytes[position]) * 128 - 128
        position += 1
      }
      position += length
      count += 1
    }
    return position == bytes.count ? count : nil
  }
}

extension SafetensorsFile {
  /// A copy of a tensor's bytes.
  func bytes(of entry: TensorEntry) -> [UInt8] { withBytes(of: entry) { Array($0) } }
}
