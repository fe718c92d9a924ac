import Foundation
import Support
import Testing

@testable import ModelStore

@Suite struct InstallTests {
  /// A wheel with a face detector of zeros, and the model that pins it.
  private static let wheel: [UInt8] = ZipBuilder(
    ["pnet", "rnet", "onet"].map { network in
      let tensors = mtcnnTensors.filter { $0.name.hasPrefix(network + ".") }
      var builder = TorchFileBuilder(tensors: [], storages: [])
      for (index, tensor) in tensors.enumerated() {
        builder.storages.append(Array(repeating: 0, count: tensor.shape.reduce(1, *)))
        var tensor = TorchFileBuilder.Tensor(
          name: String(tensor.name.dropFirst(5)), shape: tensor.shape, strides: [])
        tensor.strides = tensor.shape.indices.map { tensor.shape[($0 + 1)...].reduce(1, *) }
        tensor.storage = index
        builder.tensors.append(tensor)
      }
      return ("facenet_pytorch/data/\(network).pt", builder.bytes)
    }
  ).archive

  private static let model = KnownModel(
    kind: .mtcnn, name: "mtcnn", licence: "MIT",
    wheels: [
      Wheel(
        package: "facenet-pytorch", version: "1.0", sha256: SHA256.hexDigest(of: Data(wheel)),
        platform: "some_platform")
    ])

  /// Calls `body` with a store, and a command that stands for Python: a shell script in which
  /// `$wheel` is the wheel and `$folder` where it should go.
  private func withInterpreter(
    _ script: String, _ body: (ModelStore, String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let wheel = folder.appending(path: "wheel")
      try Data(Self.wheel).write(to: wheel)
      let command = folder.appending(path: "python")
      let text = """
        #!/bin/sh
        echo "$@" >> '\(folder.path)/arguments'
        wheel='\(wheel.path)'
        while [ $# -gt 1 ]; do shift; done
        folder=$1
        \(script)
        """
      let source = folder.appending(path: "python.sh")
      try Data(text.utf8).write(to: source)
      // A child makes the copy that is executed: were it written here, a child that another test
      // starts at this moment would hold it open for writing, and executing it would fail.
      let copying = try #require(
        popen("install -m 755 '\(source.path)' '\(command.path)'", "r"))
      #expect(pclose(copying) == 0)
      try body(ModelStore(root: folder.appending(path: "models")), command.path)
    }
  }

  private static let copy =
    "echo Saved; cp \"$wheel\" \"$folder/facenet_pytorch-1.0-py3-none-any.whl\""

  @Test func downloadsVerifiesAndConvertsOnce() throws {
    try withInterpreter(Self.copy) { store, python in
      var events: [ModelEvent] = []
      try store.install([Self.model], python: python) { events.append($0) }
      #expect(events.contains(.downloading(package: "facenet-pytorch", version: "1.0")))
      #expect(events.contains(.output("Saved")))
      let report = try #require(try store.list().first { $0.name == "mtcnn" })
      #expect(report.state == .intact && report.source == "facenet-pytorch 1.0")
      #expect(events.last == .installed(report))

      events = []
      try store.install([Self.model], python: "/nowhere/python3") { events.append($0) }
      #expect(events == [.alreadyInstalled(model: "mtcnn", version: "1.0")])

      let arguments = try String(
        contentsOf: URL(filePath: python).deletingLastPathComponent().appending(path: "arguments"),
        encoding: .utf8)
      #expect(arguments.contains("--no-deps") && arguments.contains("--require-hashes"))
      #expect(arguments.contains("--platform some_platform"))
      #expect(arguments.split(separator: "\n").count == 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: store.root.path)
      #expect(names.sorted() == [".lock", "mtcnn"])
    }
  }

  @Test func aDamagedModelIsInstalledAgain() throws {
    try withInterpreter(Self.copy) { store, python in
      try store.install([Self.model], python: python) { _ in }
      let url = try store.verifiedFile(model: "mtcnn", file: "model.safetensors")
      try Data([1]).write(to: url)
      try store.install([Self.model], python: python) { _ in }
      #expect(try store.list().first { $0.name == "mtcnn" }?.state == .intact)
    }
  }

  @Test func twoAtOnceInstallOnce() throws {
    try withInterpreter("sleep 0.2; " + Self.copy) { store, python in
      DispatchQueue.concurrentPerform(iterations: 3) { _ in
        do throws(ModelStoreError) {
          try store.install([Self.model], python: python) { _ in }
        } catch { Issue.record(error) }
      }
      let arguments = try String(
        contentsOf: URL(filePath: python).deletingLastPathComponent().appending(path: "arguments"),
        encoding: .utf8)
      #expect(arguments.split(separator: "\n").count == 1)
      #expect(try store.list().first { $0.name == "mtcnn" }?.state == .intact)
    }
  }

  static let failures: [(String, ModelStoreError)] = [
    (
      "echo one; echo two >&2; exit 3",
      .downloadFailed(package: "facenet-pytorch", status: 3, output: ["one", "two"])
    ),
    (
      "for i in 1 2 3 4 5 6 7; do echo $i; done; printf 8; exit 1",
      .downloadFailed(package: "facenet-pytorch", status: 1, output: ["4", "5", "6", "7", "8"])
    ),
    ("exit 0", .downloadFailed(package: "facenet-pytorch", status: 0, output: [])),
    ("echo '/usr/bin/python3: No module named pip'; exit 1", .pipMissing),
    ("exit 127", .pipMissing),
  ]

  @Test(arguments: failures) func failuresLeaveNothing(script: String, error: ModelStoreError)
    throws
  {
    try withInterpreter(script) { store, python in
      #expect(throws: error) { try store.install([Self.model], python: python) { _ in } }
      let names = try FileManager.default.contentsOfDirectory(atPath: store.root.path)
      #expect(names == [".lock"])
    }
  }

  @Test func anotherWheelIsRefused() throws {
    try withInterpreter("echo x > \"$folder/facenet_pytorch-1.0-py3-none-any.whl\"") {
      store, python in
      let error = #expect(throws: ModelStoreError.self) {
        try store.install([Self.model], python: python) { _ in }
      }
      guard case .wrongChecksum(_, Self.model.checksum, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func withoutPythonThereIsNoPip() throws {
    try withTemporaryFolder { folder in
      let store = ModelStore(root: folder)
      #expect(throws: ModelStoreError.pipMissing) {
        try store.install([Self.model], python: "no-such-python") { _ in }
      }
    }
  }

  @Test func unknownNamesAreRefusedBeforeAnythingIsDone() throws {
    let store = ModelStore(root: URL(filePath: "/nowhere"))
    #expect(throws: ModelStoreError.unknownModel("x")) { try store.install(["mtcnn", "x"]) }
  }

  @Test func importRecognisesWhatItIsGiven() throws {
    try withTemporaryFolder { folder in
      let store = ModelStore(root: folder.appending(path: "models"))
      func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path
      }
      let fixture = MoonshineFixture()
      let encoder = try write("encoder_model.ort", fixture.encoder)
      #expect(throws: ModelStoreError.notRecognised(path: encoder)) {
        try store.import(path: encoder)
      }
      let decoder = folder.appending(path: "decoder_model_merged.ort").path
      #expect(throws: ModelStoreError.missingCompanion(path: decoder)) {
        try store.import(path: folder.path)
      }
      _ = try write("decoder_model_merged.ort", fixture.decoder)
      _ = try write("tokenizer.bin", MoonshineFixture.tokenizer)
      // A Moonshine in every way, of a size that nothing can load.
      #expect(
        throws: ModelStoreError.unknownSize(path: folder.path, width: 8, layers: [1, 1])
      ) { try store.import(path: folder.path) }
      #expect(try store.list().allSatisfy { $0.state == .missing })

      let model = try ModelConversion.moonshine(
        encoder: fixture.encoder, decoder: fixture.decoder, tokenizer: MoonshineFixture.tokenizer,
        path: "x", model: nil)
      let copy = folder.appending(path: "copy.safetensors").path
      try SafetensorsWriter.write(model.tensors, metadata: [:], to: URL(filePath: copy))
      #expect(throws: ModelStoreError.unknownSize(path: copy, width: 8, layers: [1, 1])) {
        try store.import(path: copy)
      }
      #expect(throws: ModelStoreError.missingCompanion(path: folder.path + "/none.bin")) {
        try store.import(path: copy, tokenizer: folder.path + "/none.bin")
      }

      let other = try write("facenet_pytorch-2.6.0-py3-none-any.whl", Self.wheel)
      #expect(
        throws: ModelStoreError.wrongChecksum(
          path: other, expected: KnownModel.mtcnn.checksum, found: Self.model.checksum)
      ) { try store.import(path: other) }
      let unknown = try write("numpy-1.0-py3-none-any.whl", Self.wheel)
      #expect(throws: ModelStoreError.notRecognised(path: unknown)) {
        try store.import(path: unknown)
      }
      let missing = folder.path + "/missing.whl"
      #expect(throws: ModelStoreError.cannotRead(path: missing, SystemError(code: ENOENT))) {
        try store.import(path: missing)
      }
    }
  }
}
