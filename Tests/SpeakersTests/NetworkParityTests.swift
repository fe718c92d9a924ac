import Fixtures
import Foundation
import ModelStore
import NN
import Testing

@testable import Speakers

/// Both networks beside PyTorch (`Benchmarks/speaker_goldens.py`).
@Suite struct NetworkParityTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens")
  static let segmentation = file(KnownModel.speakerSegmentation)
  static let embedding = file(KnownModel.speakerEmbedding)
  static let areInstalled = segmentation != nil && embedding != nil

  private static func file(_ model: KnownModel) -> URL? {
    try? InstalledModels.store.verifiedFile(model: model.name, file: "model.safetensors")
  }

  private static func golden(_ name: String) throws -> NumpyArray {
    try NumpyArray(Array(Data(contentsOf: folder.appending(path: name + ".npy"))))
  }

  /// Ten seconds of two synthetic voices.
  private static func sound() throws -> [Float] {
    let bytes = Array(try Data(contentsOf: folder.appending(path: "sound.s16")))
    return bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 2).map {
        Float(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self))) / 32768
      }
    }
  }

  @Test(.enabled(if: areInstalled, "needs the models of speakers"))
  func classesAreThoseOfPyTorch() throws {
    let url = try #require(Self.segmentation)
    var network = PyanNet(
      weights: try PyanNetWeights(try WeightScope(contentsOf: url)))
    let sound = try Self.sound()
    let expected = try Self.golden("classes").integers.map(UInt8.init)
    // Three at once: a window's classes do not depend on the others.
    for window in network.classify([sound[...], sound[...], sound[...]]) {
      let same = zip(window.classes, expected).count { $0 == $1 }
      #expect(Double(same) >= 0.999 * Double(expected.count))
    }
    let logits = try #require(network.logits([sound[...]]).first)
    let golden = try Self.golden("logits").floats
    for (index, row) in stride(from: 0, to: golden.count, by: 7).enumerated() {
      let frame = logits[index * 20 * 7..<(index * 20 + 1) * 7]
      let total = log(frame.reduce(0) { $0 + exp($1) })
      for (value, expected) in zip(frame, golden[row..<row + 7]) {
        // Rounding to 14 bits grows through four recurrent layers: 3.5e-3 here, 2e-4 in f32.
        #expect(abs(value - total - expected) < 5e-3)
      }
    }
  }

  @Test func melsAreKaldis() throws {
    let mels = MelFilterbank()(try Self.sound()[...])
    let golden = try Self.golden("mels").floats
    for (index, value) in golden.enumerated() {
      let (frame, band) = index.quotientAndRemainder(dividingBy: MelFilterbank.mels)
      // Products of f32 instead of a transform in f64; 5e-4 was seen on speech.
      #expect(abs(mels[frame * 50 * MelFilterbank.mels + band] - value) < 5e-3)
    }
  }

  @Test(.enabled(if: areInstalled, "needs the models of speakers"))
  func embeddingsAreThoseOfPyTorch() throws {
    let url = try #require(Self.embedding)
    var network = EmbeddingNetwork(
      weights: try EmbeddingWeights(try WeightScope(contentsOf: url)))
    let mels = MelFilterbank()(try Self.sound()[...])
    let golden = try Self.golden("embeddings").floats
    for (index, range) in [60..<210, 420..<620, 0..<998].enumerated() {
      let vector = network.embed(Array(mels[range.lowerBound * 80..<range.upperBound * 80]))
      let expected = Array(golden[index * 192..<(index + 1) * 192])
      let cosine =
        cosineSum(vector, expected)
        / (cosineSum(vector, vector) * cosineSum(expected, expected)).squareRoot()
      // Rows of 14 bits, and weights of 11 to 16.
      #expect(cosine > 0.9999)
    }
  }

  @Test(
    .enabled(if: areInstalled, "needs the models of speakers"),
    arguments: [0, 100, 4800, 16_000, 400_000])
  func silenceHasNoSpeakers(samples: Int) throws {
    var diarizer = Diarizer(models: try Self.models())
    diarizer.process(Array(repeating: Float(0), count: samples))
    #expect(diarizer.finish() == Diarization([]))
  }

  @Test(.enabled(if: areInstalled, "needs the models of speakers"))
  func portionsDoNotMatter() throws {
    let sound = Array(repeating: try Self.sound(), count: 5).flatMap(\.self)
    let models = try Self.models()
    var whole = Diarizer(models: models)
    whole.process(sound)
    var parts = Diarizer(models: models)
    for start in stride(from: 0, to: sound.count, by: 7777) {
      parts.process(sound[start..<min(sound.count, start + 7777)])
    }
    let expected = whole.finish()
    #expect(!expected.turns.isEmpty)
    #expect(parts.finish() == expected)
  }

  private static func models() throws -> SpeakerModels {
    SpeakerModels(
      segmentation: try PyanNetWeights(
        try WeightScope(contentsOf: try #require(segmentation))),
      embedding: try EmbeddingWeights(try WeightScope(contentsOf: try #require(embedding))))
  }
}
