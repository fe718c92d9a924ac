import Foundation
import NN
import Testing

@testable import ModelStore

@Suite("Forms of Whisper") struct WhisperFormatTests {
  /// The same tensors, whatever they came in.
  private func expectSame(_ source: WhisperSource, as sample: WhisperSource) {
    #expect(Set(source.tensors.keys) == Set(sample.tensors.keys))
    for (name, tensor) in source.tensors {
      #expect(tensor.shape == sample.tensors[name]?.shape, "\(name)")
      #expect(tensor.values() == sample.tensors[name]?.values(), "\(name)")
    }
  }

  @Test func aFileOfWhisperCppHoldsTheSame() throws {
    let file = try GGMLFile(Data(GGMLFixture().file))
    let source = try GGMLWhisper.source(file)
    expectSame(source, as: try whisperSource())
    #expect(source.pieces.count == 50256 && source.pieces[7] == Array("t7".utf8))
  }

  /// Blocks worked out by hand: scale 0.5, and an offset of 2 where there is one.
  @Test(
    arguments: [
      (
        8, [0x00, 0x38, 0x80, 0x7F] + Array(repeating: 0, count: 30), 0, Float(-64), 1, Float(63.5)
      ),
      (2, [0x00, 0x38, 0xF0] + Array(repeating: 0x88, count: 15), 0, -4, 16, 3.5),
      (3, [0x00, 0x38, 0x00, 0x40, 0xF1] + Array(repeating: 0, count: 15), 0, 2.5, 16, 9.5),
      (6, [0x00, 0x38, 0x01, 0, 0, 0, 0x21] + Array(repeating: 0, count: 15), 0, 0.5, 16, -7),
      (
        7, [0x00, 0x38, 0x00, 0x40, 0, 0, 0x01, 0, 0x21] + Array(repeating: 0, count: 15), 0, 2.5,
        16,
        11
      ),
    ] as [(Int, [UInt8], Int, Float, Int, Float)])
  func quantisedBlocksAreWidened(
    type: Int, block: [UInt8], first: Int, low: Float, second: Int, high: Float
  ) throws {
    var fixture = try GGMLFixture()
    fixture.tensors = [
      .init(name: "x", shape: [2, 32], type: Int32(type), bytes: block + block)
    ]
    let file = try GGMLFile(Data(fixture.file))
    let values = file.values(try #require(file.tensors["x"]))
    #expect(values.count == 64)
    #expect(values[first] == low && values[second] == high)
    #expect(values[32 + first] == low && values[32 + second] == high)
  }

  static let damagedGGML: [(String, @Sendable (inout GGMLFixture) -> Void)] = [
    ("magic", { $0.magic = 0x4655_4747 }),
    ("bands", { $0.bands = 0 }),
    ("missing", { $0.tensors.removeFirst() }),
    ("unknown", { $0.tensors[0].name = "decoder.nothing.weight" }),
    ("twice", { $0.tensors.append($0.tensors[0]) }),
    ("type", { $0.tensors[0].type = 14 }),
    ("rank", { $0.tensors[0].shape = [] }),
    ("negative", { $0.tensors[0].shape[0] = -1 + (1 << 32) }),
    ("shape", { $0.tensors[0].shape[0] += 1 }),
    ("short", { $0.tensors[$0.tensors.count - 1].bytes.removeLast() }),
    ("name", { $0.tensors[0].name = String(repeating: "x", count: 300) }),
    ("blocks", { $0.tensors[0].type = 8 }),
  ]

  @Test(arguments: damagedGGML.map(\.0)) func aDamagedFileOfWhisperCppIsRefused(
    kind: String
  ) throws {
    var fixture = try GGMLFixture()
    try #require(Self.damagedGGML.first { $0.0 == kind }).1(&fixture)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "ggml-x.bin")
      try Data(fixture.file).write(to: path)
      let store = ModelStore(root: folder.appending(path: "models"))
      #expect(throws: ModelStoreError.self) { try store.import(path: path.path) }
      #expect(try store.list().allSatisfy { $0.state == .missing })
    }
  }

  @Test(arguments: [1, 3]) func aFolderOfTransformersIsImportedWhole(parts: Int) throws {
    let fixture = try TransformersFixture(type: parts == 1 ? .f32 : .bf16)
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "model", directoryHint: .isDirectory)
      try fixture.write(to: model, parts: parts)
      let store = ModelStore(root: folder.appending(path: "models"))
      let path = parts == 1 ? model.appending(path: "model.safetensors").path : model.path
      let report = try #require(store.import(path: path).first)
      #expect(report.name == "whisper-64-1-1-en" && report.languages == ["en"])
      #expect(try store.speechModel(report.name).description.family == .whisper)
    }
  }

  @Test func halvesOfTransformersHoldTheSame() throws {
    let fixture = try TransformersFixture()
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.safetensors").path
      try SafetensorsWriter.write(fixture.tensors, metadata: [:], to: URL(filePath: path))
      let source = try HuggingFaceWhisper.source([try SafetensorsFile(path: path)])
      expectSame(source, as: try whisperSource())
    }
  }

  static let damagedFolders: [(String, @Sendable (URL) throws -> Void)] = [
    ("no config", { try FileManager.default.removeItem(at: $0.appending(path: "config.json")) }),
    ("no tokens", { try FileManager.default.removeItem(at: $0.appending(path: "vocab.json")) }),
    ("no part", { try FileManager.default.removeItem(at: $0.appending(path: first)) }),
    ("other family", { try write("{\"model_type\": \"bert\"}", "config.json", $0) }),
    ("config", { try write("{", "config.json", $0) }),
    ("heads", { try write("{\"alignment_heads\": [[9, 0]]}", "generation_config.json", $0) }),
    ("generation", { try write("[]", "generation_config.json", $0) }),
    ("gap", { try write("{\"a\": 0, \"b\": 2}", "vocab.json", $0) }),
    ("two of one number", { try write("{\"a\": 0, \"b\": 0}", "vocab.json", $0) }),
    ("letters", { try write("{\"は\": 0}", "vocab.json", $0) }),
    ("index", { try write("{\"weight_map\": {\"x\": \"../y.safetensors\"}}", index, $0) }),
    ("empty index", { try write("{\"weight_map\": {}}", index, $0) }),
    ("cut part", { try Data([1, 2, 3]).write(to: $0.appending(path: first)) }),
  ]
  private static let first = "model-00001-of-00002.safetensors"
  private static let index = "model.safetensors.index.json"

  private static func write(_ text: String, _ name: String, _ folder: URL) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  @Test(arguments: damagedFolders.map(\.0)) func aDamagedFolderIsRefused(kind: String) throws {
    let fixture = try TransformersFixture(type: .bf16)
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "model", directoryHint: .isDirectory)
      try fixture.write(to: model, parts: 2)
      try #require(Self.damagedFolders.first { $0.0 == kind }).1(model)
      let store = ModelStore(root: folder.appending(path: "models"))
      #expect(throws: ModelStoreError.self) { try store.import(path: model.path) }
    }
  }

  @Test func headsAreKnownForTheSizesOfOpenAI() throws {
    #expect(
      WhisperLayout.base.knownAlignmentHeads
        == [[3, 1], [4, 2], [4, 3], [4, 7], [5, 1], [5, 2], [5, 4], [5, 6]])
    let turbo = WhisperLayout(
      bands: 128, hidden: 1280, encoderLayers: 32, decoderLayers: 4, vocabulary: 51866,
      maximumTokens: 448)
    #expect(turbo.modelName == "whisper-large-v3-turbo" && turbo.heads == 20)
    #expect(turbo.knownAlignmentHeads?.count == 6)
    // v1 and v2 have one size.
    let large = WhisperLayout(
      bands: 80, hidden: 1280, encoderLayers: 32, decoderLayers: 32, vocabulary: 51865,
      maximumTokens: 448)
    #expect(large.knownAlignmentHeads == nil)
  }
}
