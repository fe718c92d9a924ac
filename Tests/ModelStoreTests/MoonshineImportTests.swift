import Foundation
import NN
import Testing

@testable import ModelStore

@Suite struct MoonshineImportTests {
  private func convert(_ fixture: MoonshineFixture) throws(ModelStoreError) -> ConvertedModel {
    try ModelConversion.moonshine(
      encoder: fixture.encoder, decoder: fixture.decoder,
      tokenizer: MoonshineFixture.tokenizer, path: "x", model: nil)
  }

  @Test func everyWeightGetsItsCanonicalName() throws {
    let model = try convert(MoonshineFixture())
    var shapes: [String: [Int]] = [:]
    for tensor in model.tensors where !tensor.name.contains(/\.(scale|zero_point)$/) {
      shapes[tensor.name] = tensor.shape
    }
    let layout = try MoonshineLayout(shapes: shapes)
    #expect(layout.hiddenSize == 8)
    #expect(layout.vocabularySize == 5)
    #expect(layout.intermediateSize == 16)
    #expect((layout.encoderLayers, layout.decoderLayers) == (1, 1))
    #expect(shapes.count == layout.tensors.count)
    #expect(model.tensors.first?.name == "model.encoder.conv1.weight")
    #expect(model.tensors.last?.name == "model.decoder.norm.weight")
    #expect(shapes["model.encoder.groupnorm.bias"] == [8])
    #expect(shapes["proj_out.weight"] == nil)
  }

  @Test func productsAreTransposedAndTheEmbeddingIsNot() throws {
    let model = try convert(MoonshineFixture())
    let tensors = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0) })
    let embedding = try #require(tensors["model.decoder.embed_tokens.weight"])
    #expect(embedding.bytes[1 * 8 + 3] == MoonshineFixture.element(1, 3, number: 0))
    let fc1 = try #require(tensors["model.encoder.layers.0.mlp.fc1.weight"])
    let number = Int(fc1.bytes[0])
    #expect(fc1.shape == [16, 8])
    for row in 0..<16 {
      for column in 0..<8 {
        let expected = MoonshineFixture.element(row, column, number: number)
        #expect(fc1.bytes[row * 8 + column] == expected)
      }
    }
    #expect(tensors["model.encoder.layers.0.mlp.fc1.weight.scale"]?.bytes == [0, 0, 0, 0x3F])
    #expect(tensors["model.encoder.layers.0.mlp.fc1.weight.zero_point"]?.bytes == [3])
  }

  @Test func convolutionsReturnToTheirGrid() throws {
    let model = try convert(MoonshineFixture())
    let tensors = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0) })
    let conv = try #require(tensors["model.encoder.conv2.weight"])
    #expect(conv.dtype == .u8)
    #expect(conv.bytes.prefix(256).elementsEqual(0...255))
    #expect(tensors["model.encoder.conv2.weight.zero_point"]?.bytes == [100])
    // 0.0078125 is a power of two, so all of this is exact.
    let scale = tensors["model.encoder.conv2.weight.scale"]?.bytes
    #expect(scale == (0.0078125 as Float).bitPattern.bytes)
  }

  @Test func branchesThatAgreeAreOneAndOthersAreRefused() throws {
    var same = MoonshineFixture()
    same.otherBranch = same.decoderNodes
    _ = try convert(same)

    var other = MoonshineFixture()
    other.otherBranch = [
      MoonshineFixture.node(
        "/model/decoder/norm/L", "LayerNormalization", ["x", "w3", "zero"], ["y"])
    ]
    #expect(
      throws: ModelStoreError.tensors(path: "x", .ambiguous("model.decoder.norm.weight"))
    ) { try convert(other) }
  }

  @Test func aWeightThatNoLayerUsesIsNamed() throws {
    var fixture = MoonshineFixture()
    fixture.addEncoderTensor(MoonshineFixture.floats("stray", [40], start: 1))
    #expect(throws: ModelStoreError.tensors(path: "x", .unknown(["stray"]))) {
      try convert(fixture)
    }
    var bytes = MoonshineFixture()
    bytes.addDecoderTensor(
      MoonshineFixture.tensor("stray", type: 2, shape: [2], data: [1, 2]))
    #expect(throws: ModelStoreError.tensors(path: "x", .unknown(["stray"]))) {
      try convert(bytes)
    }
  }

  @Test func zerosAndSmallConstantsAreNoWeights() throws {
    var fixture = MoonshineFixture()
    fixture.addEncoderTensor(
      MoonshineFixture.tensor(
        "zeros", type: 1, shape: [100], data: [UInt8](repeating: 0, count: 400)))
    fixture.addEncoderTensor(MoonshineFixture.floats("frequencies", [1, 16, 1], start: 1))
    fixture.addEncoderTensor(
      MoonshineFixture.tensor(
        "shape", type: 7, shape: [50], data: [UInt8](repeating: 1, count: 400)))
    _ = try convert(fixture)
  }

  @Test func theOutputProjectionMustBeTheEmbedding() throws {
    #expect(throws: ModelStoreError.tensors(path: "x", .notTied)) {
      try convert(MoonshineFixture(projection: 1))
    }
    var fixture = MoonshineFixture()
    fixture.dropLastDecoderNode()
    // Without its node the projection is a weight nobody uses.
    #expect(throws: ModelStoreError.tensors(path: "x", .unknown(["proj"]))) {
      try convert(fixture)
    }
  }

  @Test func theTokenizerMustFitTheVocabulary() {
    let fixture = MoonshineFixture()
    for (tokenizer, entries) in [([], 0), ([1, 65], 1), ([5, 65], nil)] as [([UInt8], Int?)] {
      #expect(throws: ModelStoreError.tokenizer(path: "x", entries: entries, expected: 5)) {
        try ModelConversion.moonshine(
          encoder: fixture.encoder, decoder: fixture.decoder, tokenizer: tokenizer, path: "x",
          model: nil)
      }
    }
    #expect(MoonshineImport.tokenizerEntries([130, 1] + [UInt8](repeating: 0, count: 130)) == 1)
    #expect(MoonshineImport.tokenizerEntries([130]) == nil)
  }

  @Test func cutFilesAreRefused() {
    let bytes = MoonshineFixture().encoder
    for length in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: OrtError.self) { try OrtModel(Array(bytes[..<length])) }
    }
  }

  @Test func flippedBitsDoNoHarm() {
    // Reading must end, in an error or in constants that lie in the file.
    for bytes in [MoonshineFixture().encoder, MoonshineFixture().decoder] {
      for changed in bytes.flips(2000) {
        guard let model = try? OrtModel(changed) else { continue }
        for initializer in model.graph.initializers.values {
          #expect(initializer.bytes.upperBound <= changed.count)
        }
      }
    }
  }

  @Test func graphsMayNotNestWithoutEnd() {
    var graph: [Int: FlatBufferBuilder.Value] = [:]
    for _ in 0..<10 { graph = [8: .tables([[24: .tables([[18: .table(graph)]])]])] }
    let bytes = FlatBufferBuilder(identifier: "ORTM", root: [6: .table([18: .table(graph)])]).bytes
    #expect(throws: OrtError.tooLarge) { try OrtModel(bytes) }
  }

  @Test(
    arguments: [
      ([], .notAnOrtFile), (Array("12345678".utf8), .notAnOrtFile),
      ([8, 0, 0, 0] + Array("ORTM".utf8), .outOfBounds(offset: 0)),
      ([0, 0, 0, 0] + Array("ORTM".utf8), .outOfBounds(offset: 0)),
      (FlatBufferBuilder(identifier: "ORTM", root: [:]).bytes, .noGraph),
      (
        FlatBufferBuilder(
          identifier: "ORTM",
          root: [
            6: .table([
              18: .table([
                4: .tables([MoonshineFixture.tensor("x", type: 1, shape: [-1], data: [])])
              ])
            ])
          ]
        ).bytes, .badShape(initializer: "x")
      ),
      (
        FlatBufferBuilder(
          identifier: "ORTM",
          root: [
            6: .table([
              18: .table([
                4: .tables([MoonshineFixture.tensor("x", type: 1, shape: [2], data: [0, 0, 0, 0])])
              ])
            ])
          ]
        ).bytes, .badShape(initializer: "x")
      ),
    ] as [([UInt8], OrtError)]) func refuses(bytes: [UInt8], error: OrtError)
  {
    #expect(throws: error) { try OrtModel(bytes) }
  }

  @Test func aFileInCanonicalNamesKeepsItsTypes() throws {
    let model = try convert(MoonshineFixture())
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "hf.safetensors")
      // As published: F16, and with the tied projection.
      var tensors: [TensorData] = []
      for tensor in model.tensors where !tensor.name.contains(/\.(scale|zero_point)$/) {
        let count = tensor.shape.reduce(1, *)
        let bytes = (0..<count).flatMap { Float16(Float($0 % 9)).bitPattern.bytes }
        tensors.append(
          TensorData(name: tensor.name, dtype: .f16, shape: tensor.shape, bytes: bytes))
        if tensor.name == MoonshineLayout.embedding {
          tensors.append(
            TensorData(
              name: MoonshineLayout.tiedProjection, dtype: .f16, shape: tensor.shape,
              bytes: bytes))
        }
      }
      try SafetensorsWriter.write(tensors, metadata: [:], to: url)
      let file = try SafetensorsFile(path: url.path)
      let imported = try ModelConversion.moonshine(
        file, tokenizer: MoonshineFixture.tokenizer)
      #expect(imported.tensors.count == tensors.count - 1)
      #expect(imported.tensors.allSatisfy { $0.dtype == .f16 })
      #expect(imported.name == "moonshine-8")

      tensors.append(TensorData(name: "model.extra", shape: [1], floats: [1]))
      try SafetensorsWriter.write(tensors, metadata: [:], to: url)
      let extra = try SafetensorsFile(path: url.path)
      #expect(throws: TensorFault.unknown(["model.extra"])) {
        try MoonshineImport.tensors(of: extra)
      }
    }
  }
}
