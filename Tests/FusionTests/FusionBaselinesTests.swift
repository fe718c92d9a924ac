import Fixtures
import NN
import Testing

@testable import Fusion

/// Early and late fusion against PyTorch, and what they leave alone.
@Suite struct FusionBaselinesTests {
  private static let model = SyntheticLipModel(.baselines)
  /// As for `CrossModalFusion`.
  private static let tolerance: Float = 1e-4

  private let golden: LipGoldenValues
  private let lips: LipSequence
  private let weights: FusionBaselinesWeights
  private let audio = LipGoldenValues.audio

  init() throws {
    golden = try LipGoldenValues()
    lips = try golden.lips()
    weights = try #require(try Self.model.withScope { try FusionBaselinesWeights($0) })
  }

  @Test func bothAgree() throws {
    var baselines = FusionBaselines(weights: weights)
    let early = baselines.early(audio, lips: lips)
    let late = baselines.foretold(lips, like: audio)
    for (made, name) in [(early, "early.output"), (late, "late.output")] {
      let deviation = relativeDeviation(
        LipGoldenValues.sample(made.values, width: 288), from: try golden.values(name))
      Measurement.note("\(name): \(deviation)")
      #expect(deviation < Self.tolerance)
    }
  }

  @Test func withoutLipsEarlyFusionChangesNothing() {
    var lips = lips
    lips.isPresent = lips.isPresent.map { _ in false }
    var baselines = FusionBaselines(weights: weights)
    let early = baselines.early(audio, lips: lips)
    #expect(early.values.map(\.bitPattern) == audio.values.map(\.bitPattern))
  }

  @Test func lipsCountMoreInNoise() {
    let baselines = FusionBaselines(weights: weights)
    let shares = [0, 0.5, 1, 4].map { baselines.lipShare(noisiness: $0) }
    #expect(shares == [0, 0.25, 0.5, 1])
  }

  @Test func aModelMayHaveNone() throws {
    let other = try SyntheticLipModel(.fusion).withScope { try FusionBaselinesWeights($0) }
    #expect(other == nil)
  }

  @Test(arguments: ["early.fc2.bias", "late.fc1.weight", "late.share"])
  func aPartIsNotEnough(missing: String) throws {
    var model = Self.model
    model.tensors[missing] = nil
    #expect(try model.failure { _ = try FusionBaselinesWeights($0) } != nil)
  }
}
