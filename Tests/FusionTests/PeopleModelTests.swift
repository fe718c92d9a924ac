import Fixtures
import NN
import Testing

@testable import Fusion
@testable import LipEncoder

/// The networks of many people on the stretch of `TrainedLipModelTests`, against PyTorch.
@Suite(
  .enabled(
    if: TrainedLipModel.peopleWeights != nil && TrainedLipModel.peopleGoldenValues != nil
      && TrainedLipModel.goldenValues != nil,
    "Training/weights is absent"))
struct PeopleModelTests {
  /// All is f32 on either side, from the same weights in half precision.
  private static let tolerance: Float = 1e-3
  /// Lip frames either way over which the curve goes.
  private static let reach = 15

  private let given: LipGoldenValues
  private let golden: LipGoldenValues
  private let root: WeightScope

  init() throws {
    given = try LipGoldenValues(try #require(TrainedLipModel.goldenValues))
    golden = try LipGoldenValues(try #require(TrainedLipModel.peopleGoldenValues))
    root = try WeightScope(contentsOf: try #require(TrainedLipModel.peopleWeights))
  }

  private func lips(_ network: inout LipNetwork) throws -> LipSequence {
    network.embed(
      crops: given.bytes("crops"), quality: try given.values("quality"),
      times: try given.values("lip_times"))
  }

  @Test func theFileHoldsTheseNetworksAndNothingElse() throws {
    _ = try LipNetworkWeights(root, knowsFaces: false)
    _ = try LipAgreementWeights(root)
    #expect(try AgreementEvidence(root) != nil)
    try root.finish()
  }

  @Test func theLipsAgree() throws {
    var network = LipNetwork(weights: try LipNetworkWeights(root, knowsFaces: false))
    let features = network.features(given.bytes("crops")).copied()
    #expect(relativeDeviation(features, from: try golden.values("features")) < Self.tolerance)
    let lips = try lips(&network)
    let expected = try golden.values("lips")
    let present = lips.presentFrames
    let reference = present.flatMap { expected[$0 * 192..<($0 + 1) * 192] }
    #expect(!present.isEmpty && !lips.isKnownFace)
    #expect(relativeDeviation(lips.values(of: present), from: reference) < Self.tolerance)
  }

  @Test func agreementAgreesAtEveryShift() throws {
    var network = LipNetwork(weights: try LipNetworkWeights(root, knowsFaces: false))
    var agreement = LipAgreement(weights: try LipAgreementWeights(root))
    let values = try given.values("a")
    let audio = Embeddings(frames: values.count / 288, width: 288, values: values)
    let lips = try lips(&network)
    // Differences and means of cosines, which may be near 0.
    let score = try #require(try golden.values("score").first)
    #expect(abs(agreement.score(audio: audio, lips: lips) - score) < Self.tolerance)
    let curve = agreement.curve(audio: audio, lips: lips, reach: Self.reach)
    let means = zip(curve.sums, curve.counts).map { $0 / Float($1) }
    let expected = try golden.values("curve")
    #expect(means.count == expected.count)
    #expect(zip(means, expected).allSatisfy { abs($0 - $1) < Self.tolerance })
  }
}
