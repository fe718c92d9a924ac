import Fixtures
import Foundation
import ModelStore
import NN
import Testing

@testable import AudioEncoder

/// Values of faster-whisper's front end and CTranslate2's encoder in float32
/// (`make_whisper_golden.py`).
private struct WhisperGolden: Decodable {
  let frames: [Int]
  let bands: [Int]
  let logMel: [[Float]]
  let columns: [Int]
  let base: [[Float]]
  let englishTiny: [[Float]]
  let baseRMS: Float
  let tinyRMS: Float

  static func read() throws -> WhisperGolden {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/whisper_golden.json")
    return try JSONDecoder().decode(WhisperGolden.self, from: try Data(contentsOf: url))
  }

  /// The recording that the values were made of, as loud as there: one voice on two channels, which
  /// FFmpeg adds up to 1.41 times as much where both ends are float.
  static func samples() throws -> [Float] {
    try SpeechData.samples("jfk.flac").map { $0 * Float(0.5).squareRoot() }
  }
}

@Suite struct WhisperFrontEndTests {
  @Test func aFoldedTransformIsATransform() {
    let points = FoldedTransform.points
    var generator = SeededGenerator(seed: 3)
    let samples = (0..<points).map { _ in Float.random(in: -1...1, using: &generator) }
    let powers = FloatBuffer(count: FoldedTransform.bins)
    let scratch = FloatBuffer(count: FoldedTransform.scratchCount(frames: 1))
    let view = powers.matrix(1, FoldedTransform.bins)
    FoldedTransform().powers(
      of: samples, frames: 1, step: 160, window: Array(repeating: 1, count: points), into: view,
      scratch: scratch)
    for (place, bin) in FoldedTransform.order.enumerated() {
      var (real, imaginary) = (0.0, 0.0)
      for (n, sample) in samples.enumerated() {
        let angle = 2 * Double.pi * Double(bin * n % points) / Double(points)
        real += Double(sample) * cos(angle)
        imaginary += Double(sample) * sin(angle)
      }
      let expected = real * real + imaginary * imaginary
      // Sums of 400 products in f32.
      #expect(abs(Double(view.base[place]) - expected) < 1e-4 * max(1, expected), "bin \(bin)")
    }
  }

  @Test func filtersHaveUnitAreaAndSlaneysEdges() {
    let bins = 201
    let weights = MelFilters.weights(filters: 80, bins: bins, sampleRate: 16_000)
    // librosa.filters.mel(sr=16000, n_fft=400, n_mels=80): [0, 1], [1, 1].
    #expect(abs(weights[1] - 0.02486259) < 1e-6)
    #expect(abs(weights[bins + 1] - 0.00199082) < 1e-6)
    #expect(weights[0] == 0 && weights[79 * bins + 200] == 0)
    for filter in 20..<80 {
      // A bin is 40 Hz wide; narrow filters are sampled too coarsely for their sum to tell.
      let area = weights[filter * bins..<(filter + 1) * bins].reduce(0, +) * 40
      #expect(abs(area - 1) < 0.12, "filter \(filter)")
    }
  }

  @Test func silenceIsTheFloor() {
    let scratch = LogMel.Scratch()
    let output = FloatBuffer(count: LogMel.frames * 80)
    LogMel(bands: 80)([], into: output.matrix(LogMel.frames, 80), scratch: scratch)
    #expect((0..<output.count).allSatisfy { output.base[$0] == -1.5 })
  }

  @Test(.enabled(if: SpeechData.hasRecordings, "../shared/data is absent"))
  func theFrontEndAgreesWithAnother() throws {
    let golden = try WhisperGolden.read()
    let scratch = LogMel.Scratch()
    let output = FloatBuffer(count: LogMel.frames * 80)
    let mel = output.matrix(LogMel.frames, 80)
    LogMel(bands: 80)(try WhisperGolden.samples(), into: mel, scratch: scratch)
    for (frame, expected) in zip(golden.frames, golden.logMel) {
      for (band, value) in zip(golden.bands, expected) {
        // Two programs decode and resample the recording: that makes up to 2e-3.
        #expect(abs(mel.row(2 * frame)[band] - value) < 5e-3, "frame \(frame), band \(band)")
      }
    }
  }
}

@Suite(.enabled(if: SpeechData.hasRecordings, "../shared/data is absent"))
struct WhisperParityTests {
  /// Weights in 8 bits change the embeddings by 3 to 4 % of their root mean square, as measured over all
  /// of them; CTranslate2's own in 8 bits by 8 %. With weights in f32 it is 6e-6.
  private static let tolerance: Float = 0.08

  private func deviation(
    _ model: KnownModel, _ config: WhisperEncoderConfig, expected: [[Float]], rms: Float
  ) throws -> Float? {
    let store = InstalledModels.store
    guard let url = try? store.verifiedFile(model: model.name, file: "model.safetensors") else {
      return nil
    }
    let golden = try WhisperGolden.read()
    let weights = try WhisperEncoderWeights(
      WeightScope(contentsOf: url)["model.encoder"], config: config)
    let encoder = WhisperEncoder(weights: weights)
    let output = encoder.encode(try WhisperGolden.samples(), trace: nil)
    #expect(output.frames == 1500 && output.width == config.hidden)
    var square: Float = 0
    for (frame, values) in zip(golden.frames, expected) {
      for (column, value) in zip(golden.columns, values) {
        let difference = output.values[frame * output.width + column] - value
        square += difference * difference
      }
    }
    let count = Float(expected.count * golden.columns.count)
    let deviation = (square / count).squareRoot() / rms
    Measurement.note("\(model.name): \(deviation)")
    return deviation
  }

  @Test func baseAgreesWithAnotherImplementation() throws {
    let golden = try WhisperGolden.read()
    let config = WhisperEncoderConfig(bands: 80, hidden: 512, layers: 6, heads: 8)
    let found = try deviation(.whisperBase, config, expected: golden.base, rms: golden.baseRMS)
    if let found { #expect(found < Self.tolerance) }
  }

  @Test func tinyAgreesWithAnotherImplementation() throws {
    let golden = try WhisperGolden.read()
    let config = WhisperEncoderConfig(bands: 80, hidden: 384, layers: 4, heads: 6)
    let found = try deviation(
      .whisperTinyEnglish, config, expected: golden.englishTiny, rms: golden.tinyRMS)
    if let found { #expect(found < Self.tolerance) }
  }
}
