import Fixtures
import Foundation
import ModelStore
import Testing

@testable import Pipeline

/// Networks for lips belong to the speech model that they were trained beside.
@Suite(
  "Lip models",
  .enabled(if: InstalledModels.canTranscribe, "needs the models: viseme models install"))
struct LipModelTests {
  /// A file whose metadata name a speech model; what is in it is not reached where that is another one.
  private func load(_ metadata: [String: String]) throws -> (
    path: String, error: TranscriptionError?
  ) {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "viseme-lips-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try SafetensorsWriter.write(
      [TensorData(name: "a", shape: [1], floats: [1])], metadata: metadata, to: url)
    let error = #expect(throws: TranscriptionError.self) {
      _ = try TranscriptionModels(store: InstalledModels.store, lips: .file(url.path))
    }
    return (url.path, error)
  }

  @Test
  func oneOfAnotherSpeechModelIsRefusedByName() throws {
    let (path, error) = try load(["audio_model": "moonshine-base"])
    #expect(
      error
        == .otherLipModel(path: path, trainedWith: "moonshine-base", model: "moonshine-tiny-en"))
  }

  /// Files that are older than the name belong to the usual model, and are looked into.
  @Test(arguments: [[:], ["audio_model": "moonshine-tiny-en"]] as [[String: String]])
  func theRightNameIsNotEnough(metadata: [String: String]) throws {
    let (path, error) = try load(metadata)
    #expect(error == .lipModel(path: path))
  }
}
