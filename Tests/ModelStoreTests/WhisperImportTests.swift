import Foundation
import NN
import Testing

@testable import ModelStore

@Suite struct WhisperImportTests {
  private static let fixture = WhisperFixture()

  private func source(_ fixture: WhisperFixture) throws -> WhisperSource {
    try CTranslate2Whisper.source(try CTranslate2File(Data(fixture.file)))
  }

  @Test func weightsGoOnGridsOfTheirOwn() throws {
    let (layout, tensors) = try WhisperImport.tensors(try source(Self.fixture))
    #expect(layout.hidden == 64 && layout.encoderLayers == 1 && layout.decoderLayers == 1)
    #expect(layout.heads == 1 && layout.modelName == "whisper-64-1-1-en")
    let byName = Dictionary(tensors.map { ($0.name, $0) }) { $1 }
    let exact = try WhisperImport.tensors(try source(Self.fixture), precision: .float).tensors
    let original = Dictionary(exact.map { ($0.name, $0) }) { $1 }
    let name = "model.encoder.layers.0.self_attn.v_proj.weight"
    let (weight, scales) = (try #require(byName[name]), try #require(byName[name + ".scale"]))
    #expect(weight.dtype == .u8 && weight.shape == [64, 64] && scales.shape == [64])
    #expect(byName[name + ".zero_point"]?.bytes == [128])
    let values = try #require(original[name]).bytes.floats
    for (index, byte) in weight.bytes.enumerated() {
      let scale = scales.bytes.floats[index / 64]
      #expect(abs((Float(byte) - 128) * scale - values[index]) <= 0.5001 * scale)
    }
    #expect(byName["model.encoder.layers.0.self_attn.k_proj.bias"] == nil)
    #expect(byName["model.decoder.embed_positions.weight"]?.dtype == .f32)
  }

  @Test func projectionsAreTakenApartInOrder() throws {
    let source = try source(Self.fixture)
    let joined = try #require(Self.fixture["decoder/layer_0/attention/linear_1/weight"])
    let keys = try #require(source.tensors["model.decoder.layers.0.encoder_attn.k_proj.weight"])
    let values = try #require(source.tensors["model.decoder.layers.0.encoder_attn.v_proj.weight"])
    let file = Data(joined.bytes)
    #expect(keys.values() + values.values() == file.halves(in: 0..<file.count))
  }

  @Test func bytesWithScalesAreReadAsWhatTheyStandFor() throws {
    var fixture = Self.fixture
    let name = "encoder/layer_0/ffn/linear_1/weight"
    let bytes = (0..<64 * 256).map { UInt8(truncatingIfNeeded: $0 % 255 - 127) }
    fixture[name] = .init(name: name, shape: [64, 256], type: 1, bytes: bytes)
    fixture.variables.append(
      .init(
        name: name + "_scale", shape: [64], type: 0,
        bytes: (1...64).flatMap { Float($0).bitPattern.bytes }))
    let tensor = try #require(
      try source(fixture).tensors["model.encoder.layers.0.mlp.fc2.weight"])
    let values = tensor.values()
    #expect(values[300] == Float(Int8(bitPattern: bytes[300])) / 2)
  }

  /// Each has one thing wrong.
  static let damaged: [(String, @Sendable (inout WhisperFixture) -> Void)] = [
    ("missing", { $0["encoder/conv1/bias"] = nil }),
    ("unknown", { $0["encoder/conv1/bias"]?.name = "encoder/conv9/bias" }),
    ("twice", { $0.variables.append($0.variables[0]) }),
    ("shape", { $0["encoder/conv1/weight"]?.shape = [80, 64, 3] }),
    ("rank", { $0["encoder/layer_0/ffn/linear_0/weight"]?.shape = [4 * 64 * 64] }),
    ("bytes", { $0["encoder/conv2/bias"]?.bytes.removeLast() }),
    ("type", { $0["encoder/conv2/bias"]?.type = 9 }),
    ("integers", { $0["encoder/conv2/bias"]?.type = 2 }),
    ("alias", { $0.aliases = [("a", "b")] }),
    ("key bias", { $0["encoder/layer_0/self_attention/linear_0/bias"]?.bytes[128] = 1 }),
    ("infinite", { $0["encoder/conv1/weight"]?.bytes.replaceSubrange(0..<2, with: [0, 0x7C]) }),
    ("vocabulary", { $0["decoder/embeddings/weight"]?.shape = [51864 * 2, 32] }),
  ]

  @Test(arguments: damaged.map(\.0)) func damageIsRefused(kind: String) throws {
    var fixture = Self.fixture
    let damage = try #require(Self.damaged.first { $0.0 == kind }).1
    damage(&fixture)
    #expect(throws: (any Error).self) { try WhisperImport.tensors(try source(fixture)) }
  }

  @Test(arguments: [0, 4, 17, 5000]) func aFileThatIsCutOffIsRefused(length: Int) {
    let file = Self.fixture.file
    #expect(throws: CTranslate2Error.self) { try CTranslate2File(Data(file.prefix(length))) }
    #expect(throws: CTranslate2Error.truncated) { try CTranslate2File(Data(file.dropLast())) }
    #expect(throws: CTranslate2Error.tooLong) { try CTranslate2File(Data(file + [0])) }
  }

  @Test func tokensFollowFromTheirNumber() {
    let base = WhisperTokens(vocabulary: 51865)
    #expect(base.start == 50258 && base.endOfText == 50257 && base.noTimestamps == 50363)
    #expect(base.transcribe == 50359 && base.translate == 50358 && base.noSpeech == 50362)
    #expect(base.languages.count == 99 && base.languages[2] == ("de", 50261))
    let english = WhisperTokens(vocabulary: 51864)
    #expect(english.start == 50257 && english.noTimestamps == 50362 && english.languages.isEmpty)
    let large = WhisperTokens(vocabulary: 51866)
    #expect(large.languages.last?.code == "yue" && large.noTimestamps == 50364)
  }

  @Test func theByteAlphabetIsGPT2s() {
    #expect(WhisperVocabulary.bytes(of: "Ġthe") == Array(" the".utf8))
    #expect(WhisperVocabulary.bytes(of: "ÃŃ") == [0xC3, 0xAD])
    #expect(WhisperVocabulary.bytes(of: "Ċ") == [0x0A])
    #expect(WhisperVocabulary.bytes(of: "は") == nil)
  }

  @Test func aFolderIsImportedWhole() throws {
    try withTemporaryFolder { folder in
      let store = ModelStore(root: folder.appending(path: "models"))
      let model = folder.appending(path: "model", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data(Self.fixture.file).write(to: model.appending(path: "model.bin"))
      let config = model.appending(path: "config.json")
      let vocabulary = model.appending(path: "vocabulary.txt")
      #expect(throws: ModelStoreError.missingCompanion(path: config.path)) {
        try store.import(path: model.path)
      }
      try Data("{\"alignment_heads\": [[0, 0]]}".utf8).write(to: config)
      let tokens = (0..<51864).map { "t\($0)" }.joined(separator: "\n") + "\n"
      try Data(tokens.utf8).write(to: vocabulary)
      let report = try #require(store.import(path: model.path).first)
      #expect(report.name == "whisper-64-1-1-en" && report.state == .intact)
      let installed = try store.speechModel(report.name)
      #expect(installed.description.family == .whisper)
      #expect(installed.description.languages == ["en"])
      let file = try store.verifiedFile(model: report.name, file: WhisperDescription.fileName)
      let description = try #require(WhisperDescription(try Data(contentsOf: file)))
      #expect(description.isConsistent && description.alignmentHeads == [[0, 0]])

      try Data("{\"alignment_heads\": [[1, 0]]}".utf8).write(to: config)
      #expect(throws: ModelStoreError.settings(path: model.path)) {
        try store.import(path: model.path)
      }
      try Data("[]".utf8).write(to: config)
      #expect(throws: ModelStoreError.settings(path: config.path)) {
        try store.import(path: model.path)
      }
      try Data("{}".utf8).write(to: config)
      try Data("one\ntwo\n".utf8).write(to: vocabulary)
      #expect(
        throws: ModelStoreError.tokenizer(path: model.path, entries: 2, expected: 51864)
      ) { try store.import(path: model.path) }
    }
  }
}

extension [UInt8] {
  /// F32 elements.
  fileprivate var floats: [Float] { Data(self).floats(in: 0..<count) }
}
