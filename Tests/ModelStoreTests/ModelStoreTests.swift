import Dispatch
import Foundation
import NN
import Testing

@testable import ModelStore

@Suite struct ModelStoreTests {
  private static func model(_ value: Float = 1) -> ConvertedModel {
    ConvertedModel(
      name: "silero-vad", version: "1", licence: "MIT", source: "test",
      tensors: [TensorData(name: "x", shape: [16], floats: Array(repeating: value, count: 16))],
      files: [("extra.bin", [1, 2, 3])])
  }

  private func withStore(_ body: (ModelStore) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let store = ModelStore(root: folder.appending(path: "a/models"))
      let lock = try store.lock { _ in }
      _ = try store.write(Self.model())
      _ = consume lock
      try body(store)
    }
  }

  @Test(arguments: [
    (["VISEME_MODELS": "/m", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/m"),
    (["VISEME_MODELS": "", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/viseme/models"),
    (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/viseme/models"),
    (["HOME": "/h"], "/h/.local/share/viseme/models"),
  ]) func rootComesFromTheEnvironment(environment: [String: String], path: String) {
    #expect(ModelStore.defaultRoot(environment: environment).path == path)
  }

  @Test func anIntactFileIsGiven() throws {
    try withStore { store in
      let url = try store.verifiedFile(model: "silero-vad", file: "model.safetensors")
      let scope = WeightScope(try SafetensorsFile(path: url.path))
      #expect(try scope.f32("x", shape: [16]).elements == Array(repeating: 1, count: 16))
      let extra = try store.verifiedFile(model: "silero-vad", file: "extra.bin")
      #expect(try Data(contentsOf: extra) == Data([1, 2, 3]))
    }
  }

  private static let changes: [@Sendable (URL) throws -> Void] = [
    { try Data([1, 2, 4]).write(to: $0) },
    { try Data([1, 2, 4]).write(to: $0, options: .atomic) },
    { try Data([1, 2]).write(to: $0) },
    { try FileManager.default.removeItem(at: $0) },
    {
      try FileManager.default.removeItem(at: $0)
      try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: false)
    },
    { url in  // with the old time of change put back
      let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
      try Data([9, 9, 9]).write(to: url)
      try FileManager.default.setAttributes(
        [.modificationDate: attributes[.modificationDate] as Any], ofItemAtPath: url.path)
    },
  ]

  @Test(arguments: changes.indices) func aChangedFileIsRefusedByName(change: Int) throws {
    try withStore { store in
      let url = try store.verifiedFile(model: "silero-vad", file: "extra.bin")
      try Self.changes[change](url)
      #expect(throws: ModelStoreError.damaged(model: "silero-vad", file: "extra.bin")) {
        try store.verifiedFile(model: "silero-vad", file: "extra.bin")
      }
      _ = try store.verifiedFile(model: "silero-vad", file: "model.safetensors")
      let report = try #require(try store.list().first { $0.name == "silero-vad" })
      #expect(report.state == .damaged(["extra.bin"]))
    }
  }

  @Test func theStampOnlySavesTime() throws {
    try withStore { store in
      let folder = store.root.appending(path: "silero-vad")
      let stamp = folder.appending(path: ".verified")
      let written = try Data(contentsOf: stamp)
      for content in [nil, Data(), Data("garbage\n \n".utf8), Data([0xFF, 0xFE])] {
        try? FileManager.default.removeItem(at: stamp)
        try content?.write(to: stamp)
        _ = try store.verifiedFile(model: "silero-vad", file: "extra.bin")
        _ = try store.verifiedFile(model: "silero-vad", file: "model.safetensors")
        #expect(try Data(contentsOf: stamp) == written)
      }
      // A copy of the file has another identity, and is verified and stamped anew.
      let file = folder.appending(path: "extra.bin")
      try Data([1, 2, 3]).write(to: file, options: .atomic)
      _ = try store.verifiedFile(model: "silero-vad", file: "extra.bin")
      #expect(try Data(contentsOf: stamp) != written)
    }
  }

  @Test func aStampThatCannotBeWrittenIsNoError() throws {
    try withStore { store in
      let stamp = store.root.appending(path: "silero-vad/.verified")
      try FileManager.default.removeItem(at: stamp)
      // A folder of that name cannot be replaced by a file, even by root.
      try FileManager.default.createDirectory(
        at: stamp.appending(path: "x"), withIntermediateDirectories: true)
      _ = try store.verifiedFile(model: "silero-vad", file: "extra.bin")
    }
  }

  @Test func absentModelsAndFilesAreToldApart() throws {
    try withStore { store in
      #expect(throws: ModelStoreError.notInstalled(model: "mtcnn", folder: store.root.path)) {
        try store.verifiedFile(model: "mtcnn", file: "model.safetensors")
      }
      #expect(throws: ModelStoreError.damaged(model: "silero-vad", file: "other")) {
        try store.verifiedFile(model: "silero-vad", file: "other")
      }
      for name in ["", ".", "..", "../x", "a/b", ".hidden", "a\0"] {
        #expect(throws: ModelStoreError.unknownModel(name)) {
          try store.verifiedFile(model: name, file: "x")
        }
      }
    }
  }

  @Test(arguments: ["", "{}", "[1]", "{\"name\": \"silero-vad\"", "\u{FEFF}x"])
  func aBrokenManifestIsDamage(text: String) throws {
    try withStore { store in
      try Data(text.utf8).write(to: store.root.appending(path: "silero-vad/manifest.json"))
      #expect(throws: ModelStoreError.damaged(model: "silero-vad", file: "manifest.json")) {
        try store.verifiedFile(model: "silero-vad", file: "extra.bin")
      }
      let report = try #require(try store.list().first { $0.name == "silero-vad" })
      #expect(report.state == .damaged(["manifest.json"]))
    }
  }

  @Test func theListHasWhatIsKnownAndWhatIsThere() throws {
    try withStore { store in
      try FileManager.default.createDirectory(
        at: store.root.appending(path: "unrelated"), withIntermediateDirectories: true)
      let reports = try store.list()
      #expect(reports.map(\.name) == KnownModel.all.map(\.name))
      #expect(reports.allSatisfy { $0.state == ($0.name == "silero-vad" ? .intact : .missing) })
      #expect(reports[0].version == "0.0.49" && reports[0].bytes == 0)
      #expect(reports[1].version == "1" && reports[1].bytes > 64)
    }
    let empty = ModelStore(root: URL(filePath: "/nowhere"))
    #expect(try empty.list().allSatisfy { $0.state == .missing })
  }

  /// A manifest may say anything.
  @Test func sizesOfAnyNumberAreSummedUp() throws {
    try withStore { store in
      let files = ["a", "b"].map { Manifest.File(name: $0, bytes: .max, sha256: "") }
      try Manifest(
        name: "silero-vad", version: "1", licence: "", source: "", sourceSHA256: "", files: files
      ).write(in: store.root.appending(path: "silero-vad"))
      let report = try #require(try store.list().first { $0.name == "silero-vad" })
      #expect(report.bytes == .max && report.state == .damaged(["a", "b"]))
    }
  }

  @Test func aModelIsReplacedWholeAndLeftoversGo() throws {
    try withStore { store in
      let left = store.root.appending(path: ".partial-left/x")
      try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
      let lock = try store.lock { _ in }
      _ = try store.write(Self.model(2))
      _ = consume lock
      let url = try store.verifiedFile(model: "silero-vad", file: "model.safetensors")
      let scope = WeightScope(try SafetensorsFile(path: url.path))
      #expect(try scope.f32("x", shape: [16]).elements.first == 2)
      let names = try FileManager.default.contentsOfDirectory(atPath: store.root.path)
      #expect(names.sorted() == [".lock", "silero-vad"])
    }
  }

  @Test func manyWritersAtOnceLeaveOneWholeModel() throws {
    try withStore { store in
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        do throws(ModelStoreError) {
          let lock = try store.lock { _ in }
          _ = try store.write(Self.model(Float(index)))
          _ = consume lock
        } catch {
          Issue.record(error)
        }
      }
      let reports = try store.list()
      #expect(reports[1].state == .intact)
      let names = try FileManager.default.contentsOfDirectory(atPath: store.root.path)
      #expect(names.sorted() == [".lock", "silero-vad"])
    }
  }

  @Test func aStoreThatCannotBeMadeIsAnError() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data([1]).write(to: file)
      let store = ModelStore(root: file.appending(path: "models"))
      let error = #expect(throws: ModelStoreError.self) {
        try store.install([KnownModel.mtcnn], python: "/nowhere/python3") { _ in }
      }
      guard case .cannotWrite = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
}
