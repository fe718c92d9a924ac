import AudioEncoder
import Fixtures
import Foundation
import ModelStore
import NN
import SpeechModels
import Testing

/// The encoder against values of another implementation (transformers' arithmetic in f32).
@Suite(
  .enabled(if: InstalledModels.moonshine != nil, "moonshine-tiny-en is not installed"),
  .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"))
struct MoonshineParityTests {
  /// Products round each row of their input to 16 bits, and with VNNI attention multiplies 16-bit
  /// integers; over six layers that was seen to make 7.5e-4 of the row's largest value, with any
  /// instruction set. (In f32 it was 2e-6.) A wrong constant, mask or position makes 1e-2 and more.
  static let tolerance: Float = 1e-3

  /// A stage's output as the trace shows it.
  private struct Seen {
    let shape: [Int]
    let values: [Float]
    var l2: Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    var mean: Double { values.reduce(0) { $0 + Double($1) } / Double(values.count) }
    var first: [Float] { Array(values.prefix(shape[1])) }
    var last: [Float] { Array(values.suffix(shape[1])) }
  }

  private func stages(of clip: String) throws -> (seen: [String: Seen], output: Embeddings) {
    let golden = try #require(GoldenValues.shared)
    let weights = try MoonshineEncoderWeights(
      WeightScope(contentsOf: try #require(InstalledModels.moonshine))["model.encoder"],
      config: MoonshineModel.Sizes.tiny.encoder)
    var seen: [String: Seen] = [:]
    var encoder = MoonshineEncoder(weights: weights)
    let output = encoder.encode(try golden.array("\(clip).samples").floats) { stage, matrix in
      seen[stage] = Seen(shape: [matrix.rows, matrix.columns], values: matrix.copied())
    }
    return (seen, output)
  }

  @Test(arguments: GoldenValues.clips)
  func everyStageAgrees(clip: String) throws {
    let golden = try #require(GoldenValues.shared)
    let expected = try #require(golden.clip[clip])
    let (seen, output) = try stages(of: clip)
    #expect(output.frames == expected.frames && output.width == 288)
    #expect(Set(seen.keys) == Set(expected.stages.keys))
    for (name, stage) in expected.stages {
      let mine = try #require(seen[name], "\(name)")
      #expect(mine.shape == stage.shape, "\(name)")
      let first = relativeDeviation(
        mine.first, from: try golden.array("\(clip).\(name).first").floats)
      let last = relativeDeviation(
        mine.last, from: try golden.array("\(clip).\(name).last").floats)
      let l2 = Float(abs(mine.l2 - stage.l2) / stage.l2)
      // A mean may be near 0, so it is held against the root mean square.
      let size = stage.l2 / Double(mine.values.count).squareRoot()
      let mean = Float(abs(mine.mean - stage.mean) / size)
      Measurement.note("\(clip) \(name): first \(first) last \(last) l2 \(l2) mean \(mean)")
      #expect(max(first, last, l2, mean) < Self.tolerance, "\(name)")
    }
  }

  @Test
  func everyEmbeddingOfTheShortClipAgrees() throws {
    let golden = try #require(GoldenValues.shared)
    let reference = try golden.array("jfk3s.encoder_out")
    let output = try stages(of: "jfk3s").output
    #expect(reference.shape == [output.frames, output.width])
    let deviation = relativeDeviation(output.values, from: reference.floats)
    Measurement.note("jfk3s encoder_out, all: \(deviation)")
    #expect(deviation < Self.tolerance)
  }
}
