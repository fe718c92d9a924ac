import AudioEncoder
import Fixtures
import ModelStore
import NN
import SpeechModels
import Testing

/// Properties of the encoder that need no trained weights.
@Suite struct MoonshineEncoderTests {
  static let config: MoonshineEncoderConfig = {
    var config = MoonshineEncoderConfig(
      hidden: TinyModel.hidden, layers: TinyModel.layers, intermediate: TinyModel.intermediate)
    config.heads = TinyModel.heads
    config.rotaryDimensions = TinyModel.rotaryDimensions
    config.maximumFrames = 200
    return config
  }()

  static func weights(_ model: TinyModel = TinyModel(seed: 1)) throws -> MoonshineEncoderWeights {
    try model.withScope { try MoonshineEncoderWeights($0["model.encoder"], config: config) }
  }

  static func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = Fixtures.SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
  }

  // Three convolutions without padding: 127 / 64, 7 / 3, 3 / 2.
  @Test(arguments: [
    (0, 0), (1, 0), (894, 0), (895, 1), (1278, 1), (1279, 2), (16_000, 40), (48_000, 123),
    (76_800, 198),
  ])
  func framesFollowFromTheNumberOfSamples(samples: Int, frames: Int) throws {
    #expect(MoonshineModel.Sizes.tiny.encoder.lengths(samples: samples).t == frames)
    var encoder = MoonshineEncoder(weights: try Self.weights())
    let output = encoder.encode(Self.noise(samples, seed: 2))
    #expect(output.frames == frames && output.width == TinyModel.hidden)
    #expect(output.values.count == frames * TinyModel.hidden)
    #expect(output.values.allSatisfy { $0.isFinite })
  }

  @Test
  func whatWasEncodedBeforeLeavesNothingBehind() throws {
    let weights = try Self.weights()
    var used = MoonshineEncoder(weights: weights)
    // Longer, shorter, longer again: the scratch grows, and is reused with other shapes.
    for (index, count) in [9_000, 30_000, 895, 12_345, 60_000, 2_000].enumerated() {
      let samples = Self.noise(count, seed: UInt64(index))
      var fresh = MoonshineEncoder(weights: weights, capacity: index.isMultiple(of: 2) ? count : 0)
      #expect(used.encode(samples).values == fresh.encode(samples).values, "\(count) samples")
    }
  }

  // The normalisations divide by a deviation, here that of constants.
  @Test(arguments: [0, 1, -1, 1e-30, 1e6] as [Float])
  func constantsGiveFiniteEmbeddings(level: Float) throws {
    var encoder = MoonshineEncoder(weights: try Self.weights())
    let output = encoder.encode([Float](repeating: level, count: 20_000))
    #expect(output.frames == 50 && output.values.allSatisfy { $0.isFinite })
  }

  @Test(
    .enabled(if: InstalledModels.moonshine != nil, "moonshine-tiny-en is not installed"),
    arguments: [0, 0.5] as [Float])
  func silenceGivesFiniteEmbeddings(level: Float) throws {
    let scope = try WeightScope(contentsOf: try #require(InstalledModels.moonshine))
    var encoder = MoonshineEncoder(weights: try MoonshineEncoderWeights(
        scope["model.encoder"], config: MoonshineModel.Sizes.tiny.encoder))
    let output = encoder.encode([Float](repeating: level, count: 32_000))
    #expect(output.frames == 82 && output.values.allSatisfy { $0.isFinite })
  }
}
