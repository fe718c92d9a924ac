import Foundation
import ModelStore
import NN
import Pipeline
import SpeechModels
import Testing

@testable import VisemeCommand

/// Speech models of the user's: imported, listed, chosen, and refused with one clear line.
@Suite("Speech models")
struct SpeechModelTests {
  /// Moonshine base in its real shapes, all zeros; `change` may leave tensors out or give them other shapes.
  private func write(
    _ name: String, in folder: TemporaryFolder, change: (String, [Int]) -> [Int]? = { $1 }
  ) throws -> String {
    let tensors = MoonshineLayout.base.tensors.compactMap { name, shape in
      change(name, shape).map {
        TensorData(
          name: name, dtype: .f16, shape: $0,
          bytes: [UInt8](repeating: 0, count: 2 * $0.reduce(1, *)))
      }
    }
    let file = URL(filePath: folder.path(name))
    try SafetensorsWriter.write(tensors, metadata: [:], to: file)
    try Data((0..<32_768).flatMap { _ in [1, 65] as [UInt8] })
      .write(to: URL(filePath: folder.path("tokenizer.bin")))
    return file.path
  }

  @Test
  func baseIsImportedListedAndChosen() throws {
    let folder = try TemporaryFolder()
    let store = ["--models", folder.path("store")]
    let imported = try CommandRun(
      ["models", "import", try write("base.safetensors", in: folder)] + store)
    #expect(imported.code == 0)
    #expect(imported.errors.contains("installed moonshine-base local, "))
    let listed = try CommandRun(["models", "list"] + store)
    let line = listed.output.split(separator: "\n").first { $0.contains("moonshine-base") }
    #expect(line?.hasSuffix("intact") == true)
    // Floats stay floats in memory; those of the usual model have 8 bits.
    var options = RecognitionOptions()
    options.models = folder.path("store")
    options.model = "moonshine-base"
    #expect(ModelChoice.footprint(options).weights == 4 * 61_513_920)
    #expect(ModelFootprint.usual.weights < 30 << 20)
    let sound = folder.path("a.wav")
    try Data().write(to: URL(filePath: sound))
    for command in ["transcribe", "batch", "eval"] {
      let other = try CommandRun([command, sound, "--model", "moonshine-huge"] + store)
      #expect(
        other.errors == "viseme: --model: there is no speech model 'moonshine-huge'; there is: "
          + "moonshine-tiny-en, whisper-base, whisper-tiny-en, moonshine-base\n")
      #expect(other.code == 64)
    }
    // It is taken, and the next model that is needed is not there.
    let silence = folder.path("silence.wav")
    try Self.wave(seconds: 1).write(to: URL(filePath: silence))
    let chosen = try CommandRun(["transcribe", silence, "--model", "moonshine-base"] + store)
    #expect(
      chosen.errors == "viseme: model silero-vad is not installed in \(folder.path("store")); "
        + "run: viseme models install\n")
    #expect(chosen.code == 69)
  }

  @Test
  func anIncompleteFileIsRefusedInOneLine() throws {
    let folder = try TemporaryFolder()
    let store = ["--models", folder.path("store"), "--quiet"]
    let norm = "model.decoder.layers.5.final_layernorm.weight"
    let missing = try write("missing.safetensors", in: folder) { $0 == norm ? nil : $1 }
    let fc1 = "model.encoder.layers.3.mlp.fc1.bias"
    let shape = try write("shape.safetensors", in: folder) { $0 == fc1 ? [1663] : $1 }
    for (path, fault) in [
      (missing, "1 tensor missing (\(norm))"),
      (shape, "\(fc1) has shape [1663], expected [1664]"),
    ] {
      let run = try CommandRun(["models", "import", path] + store)
      #expect(run.errors == "viseme: \(path) is another model: \(fault)\n")
      #expect(run.code == 65)
    }
    let listed = try CommandRun(["models", "list", "--models", folder.path("store")])
    #expect(!listed.output.contains("moonshine-base"))
  }

  /// The usual model and one of another kind, where nothing is installed.
  @Test(arguments: ["transcribe", "batch", "eval"])
  func whatIsNotThereIsNamed(command: String) throws {
    let folder = try TemporaryFolder()
    let sound = folder.path("a.wav")
    try Self.wave(seconds: 1).write(to: URL(filePath: sound))
    try Data("a".utf8).write(to: URL(filePath: folder.path("a.txt")))
    var words = [command, sound, "--models", folder.path("store")]
    if command != "transcribe" { words += ["--output-dir", folder.path("out")] }
    let other = try CommandRun(words + ["--model", "silero-vad"])
    #expect(
      other.errors == "viseme: --model: there is no speech model 'silero-vad'; there is: "
        + "moonshine-tiny-en, whisper-base, whisper-tiny-en\n")
    #expect(other.code == 64)
    let usual = try CommandRun(words + ["--model", "moonshine-tiny-en"])
    #expect(
      usual.errors.contains(
        "is not installed in \(folder.path("store")); run: viseme models install"))
    #expect(usual.code == 69)
    let none = try CommandRun([command, sound, "--model"])
    #expect(
      none.errors == "viseme: --model needs a value (--model NAME); see viseme \(command) --help\n")
  }

  /// A second opinion of nobody, of the model itself, and in a language that one of the two does not know.
  @Test(arguments: ["transcribe", "batch", "eval"])
  func secondOpinionsThatMakeNoSenseAreRefused(command: String) throws {
    let folder = try TemporaryFolder()
    let sound = folder.path("a.wav")
    try Data().write(to: URL(filePath: sound))
    for (words, fault) in [
      (
        ["--second", "whisper-huge"],
        "--second: there is no speech model 'whisper-huge'; there is: moonshine-tiny-en, whisper-base, "
          + "whisper-tiny-en"
      ),
      (
        ["--second", "moonshine-tiny-en"],
        "--second moonshine-tiny-en: a second opinion takes another model than the first"
      ),
      (
        ["--model", "whisper-base", "--second", "whisper-base"],
        "--second whisper-base: a second opinion takes another model than the first"
      ),
      (
        ["--model", "whisper-base", "--second", "whisper-tiny-en", "--language", "de"],
        "--language: whisper-tiny-en does not know 'de'; it knows en"
      ),
    ] {
      let run = try CommandRun([command, sound, "--models", folder.path("store")] + words)
      #expect(run.errors == "viseme: \(fault)\n")
      #expect(run.code == 64)
    }
  }

  /// Sixteen-bit silence at 16 kHz.
  private static func wave(seconds: UInt32) -> Data {
    var data = Data("RIFF".utf8)
    func add(_ value: UInt32, bytes: Int = 4) {
      data += Data((0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) })
    }
    add(36 + seconds * 32_000)
    data += Data("WAVEfmt ".utf8)
    add(16)
    add(1, bytes: 2)
    add(1, bytes: 2)
    add(16_000)
    add(32_000)
    add(2, bytes: 2)
    add(16, bytes: 2)
    data += Data("data".utf8)
    add(seconds * 32_000)
    return data + Data(count: Int(seconds) * 32_000)
  }
}
