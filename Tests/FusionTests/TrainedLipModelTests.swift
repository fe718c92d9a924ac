import Fixtures
import NN
import Testing

@testable import AudioEncoder
@testable import Fusion
@testable import LipEncoder

/// The trained weights on a stretch of a clip, stage by stage as the program runs them, against
/// PyTorch.
@Suite(
  .enabled(
    if: TrainedLipModel.weights != nil && TrainedLipModel.goldenValues != nil,
    "Training/weights is absent"))
struct TrainedLipModelTests {
  /// All is f32 on either side, from the same weights in half precision.
  private static let tolerance: Float = 1e-3

  private let golden: LipGoldenValues
  private let root: WeightScope
  private let audio: Embeddings

  init() throws {
    golden = try LipGoldenValues(try #require(TrainedLipModel.goldenValues))
    root = try WeightScope(contentsOf: try #require(TrainedLipModel.weights))
    audio = Self.embeddings(try golden.values("x"))
  }

  private static func embeddings(_ values: [Float]) -> Embeddings {
    Embeddings(frames: values.count / 288, width: 288, values: values)
  }

  private func deviation(_ values: [Float], _ name: String) throws -> Float {
    let deviation = relativeDeviation(values, from: try golden.values(name))
    Measurement.note("trained \(name): \(deviation)")
    return deviation
  }

  @Test func theFileHoldsTheseNetworksAndNothingElse() throws {
    _ = try NoiseMeterWeights(root)
    _ = try NoiseAdapterWeights(root)
    _ = try LipNetworkWeights(root)
    _ = try LipAgreementWeights(root)
    _ = try CrossModalFusionWeights(root)
    #expect(try FusionBaselinesWeights(root) != nil)
    try root.finish()
  }

  @Test func theAdapterAgrees() throws {
    var meter = NoiseMeter(weights: try NoiseMeterWeights(root))
    var adapter = NoiseAdapter(weights: try NoiseAdapterWeights(root))
    let (noisiness, opening) = meter.measure(audio)
    let a = adapter.adapt(audio, opening: opening)
    #expect(try deviation(a.values, "a") < Self.tolerance)
    #expect(try deviation([noisiness], "noisiness") < Self.tolerance)
  }

  @Test func theLipsAgree() throws {
    var network = LipNetwork(weights: try LipNetworkWeights(root))
    let crops = golden.bytes("crops")
    let features = network.features(crops).copied()
    #expect(try deviation(features, "features") < Self.tolerance)
    let lips = network.embed(
      crops: crops, quality: try golden.values("quality"), times: try golden.values("lip_times"))
    let expected = try golden.values("lips")
    let present = lips.presentFrames
    let reference = present.flatMap { expected[$0 * 192..<($0 + 1) * 192] }
    #expect(!present.isEmpty && present.count < lips.frames)
    #expect(relativeDeviation(lips.values(of: present), from: reference) < Self.tolerance)
    #expect(try deviation([lips.faceDistance], "distance") < Self.tolerance)
  }

  @Test func earlyAndLateFusionAgree() throws {
    var network = LipNetwork(weights: try LipNetworkWeights(root))
    var baselines = FusionBaselines(weights: try #require(try FusionBaselinesWeights(root)))
    let a = Self.embeddings(try golden.values("a"))
    let lips = network.embed(
      crops: golden.bytes("crops"), quality: try golden.values("quality"),
      times: try golden.values("lip_times"))
    let early = baselines.early(a, lips: lips)
    let late = baselines.foretold(lips, like: a)
    #expect(try deviation(early.values, "early") < Self.tolerance)
    #expect(try deviation(late.values, "late") < Self.tolerance)
  }

  @Test func agreementAndFusionAgree() throws {
    var network = LipNetwork(weights: try LipNetworkWeights(root))
    var agreement = LipAgreement(weights: try LipAgreementWeights(root))
    var fusion = CrossModalFusion(weights: try CrossModalFusionWeights(root))
    let a = Self.embeddings(try golden.values("a"))
    let noisiness = try #require(try golden.values("noisiness").first)
    let lips = network.embed(
      crops: golden.bytes("crops"), quality: try golden.values("quality"),
      times: try golden.values("lip_times"))
    let score = agreement.score(audio: a, lips: lips)
    let expected = try #require(try golden.values("score").first)
    // A difference of mean cosines, which may be near 0.
    #expect(abs(score - expected) < Self.tolerance)
    let (change, _) = fusion.additions(
      a, FusionGate.Circumstances(lips: lips, agreement: score, noisiness: noisiness))
    #expect(try deviation(change.copied(), "d") < Self.tolerance)
    let result = fusion.fuse(a, noisiness: noisiness, lips: lips, agreement: score)
    #expect((result.decision == .fused) == (try golden.values("switch").first == 1))
    #expect(
      zip(result.gate, try golden.values("gate")).allSatisfy { abs($0 - $1) < Self.tolerance })
    #expect(try deviation(result.embeddings.values, "y") < Self.tolerance)
  }
}
