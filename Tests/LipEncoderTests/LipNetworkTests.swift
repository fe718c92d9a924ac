import Fixtures
import NN
import Testing

@testable import LipEncoder

/// The lip network against PyTorch, and what must not matter to it.
@Suite struct LipNetworkTests {
  /// All is f32 on either side; sums in another order were seen to make 2e-6. A wrong neighbour,
  /// window or order of the features makes 1e-1.
  private static let tolerance: Float = 1e-4
  private static let picture = LipNetwork.side * LipNetwork.side
  private static let crops = SyntheticLipModel.bytes("crops", LipGoldenValues.lipFrames * picture)
  private static let model = SyntheticLipModel(.lips)
  private static let weights = Result { try model.withScope { try LipNetworkWeights($0) } }

  private let golden: LipGoldenValues
  private let quality: [Float]
  private let times: [Float]
  private let weights: LipNetworkWeights

  init() throws {
    golden = try LipGoldenValues()
    quality = try golden.values("quality")
    times = try golden.values("times")
    weights = try Self.weights.get()
  }

  private func present(_ lips: LipSequence) -> [Float] { lips.values(of: lips.presentFrames) }

  @Test func everyStageAgrees() throws {
    var network = LipNetwork(weights: weights)
    let features = relativeDeviation(
      LipGoldenValues.sample(network.features(Self.crops).copied(), width: 192),
      from: try golden.values("lips.features"))
    let lips = network.embed(crops: Self.crops, quality: quality, times: times)
    let expected = try golden.values("lips.embeddings")
    var worst: Float = 0
    for (index, frame) in stride(from: 0, to: lips.frames, by: LipGoldenValues.every).enumerated()
    where lips.isPresent[frame] {
      let reference = Array(expected[index * 192..<(index + 1) * 192])
      worst = max(worst, relativeDeviation(lips.values(of: [frame]), from: reference))
    }
    let distance = try #require(try golden.values("known.distance").first)
    Measurement.note("lips: features \(features) embeddings \(worst) d \(lips.faceDistance)")
    #expect(features < Self.tolerance && worst < Self.tolerance)
    #expect(abs(lips.faceDistance - distance) < Self.tolerance * distance && lips.isKnownFace)
  }

  @Test func absentFramesAreToldFromTheirQuality() {
    var network = LipNetwork(weights: weights)
    let lips = network.embed(crops: Self.crops, quality: quality, times: times)
    let absent = lips.isPresent.indices.filter { !lips.isPresent[$0] }
    #expect(absent == Array(10..<13) + Array(40..<52))
    #expect(lips.values(of: absent).allSatisfy { $0 == 0 })
    #expect(present(lips).allSatisfy { $0.isFinite })
  }

  @Test func absentFramesAreNoKeys() {
    var network = LipNetwork(weights: weights)
    let before = network.embed(crops: Self.crops, quality: quality, times: times)
    var crops = Self.crops
    // The neighbours of frames that are there stay as they are.
    for index in 42 * Self.picture..<50 * Self.picture { crops[index] = 255 - crops[index] / 2 }
    let after = network.embed(crops: crops, quality: quality, times: times)
    #expect(present(before) == present(after) && before.faceDistance == after.faceDistance)
    crops[53 * Self.picture + 3000] ^= 128
    #expect(
      present(before) != present(network.embed(crops: crops, quality: quality, times: times)))
  }

  @Test func onlyTheMiddleOfAPictureCounts() {
    var network = LipNetwork(weights: weights)
    let before = network.features(Self.crops).copied()
    var crops = Self.crops
    for index in crops.indices {
      let (y, x) = (index % Self.picture).quotientAndRemainder(dividingBy: LipNetwork.side)
      if !(4..<76).contains(y) || !(4..<76).contains(x) { crops[index] = 0 }
    }
    #expect(network.features(crops).copied() == before)
  }

  @Test func aFrameSeesTwoNeighboursOnEitherSide() {
    var network = LipNetwork(weights: weights)
    let whole = network.features(Self.crops).copied()
    for frames in [3, 8, 9, 21] {
      let part = network.features(Array(Self.crops.prefix(frames * Self.picture))).copied()
      #expect(part[..<((frames - 2) * 192)] == whole[..<((frames - 2) * 192)])
      #expect(part.suffix(192) != whole[(frames - 1) * 192..<frames * 192])
    }
  }

  @Test func aSegmentWithoutLipsHasNoKnownFace() {
    var network = LipNetwork(weights: weights)
    let nothing = network.embed(crops: [], quality: [], times: [])
    #expect(nothing.frames == 0 && !nothing.isKnownFace && nothing.faceDistance == .infinity)
    let absent = network.embed(
      crops: Array(repeating: 128, count: 3 * Self.picture),
      quality: Array(repeating: 0, count: 18),
      times: [0.01, 0.05, 0.09])
    #expect(absent.values.allSatisfy { $0 == 0 } && !absent.isKnownFace)
    #expect(absent.isPresent == [false, false, false] && absent.faceDistance == .infinity)
  }

  @Test func evenPicturesStayFinite() {
    var network = LipNetwork(weights: weights)
    let lips = network.embed(
      crops: Array(repeating: 255, count: Self.picture), quality: [1, 0, 0, 1, 0, 1],
      times: [0.02])
    #expect(lips.isPresent == [true] && lips.values.allSatisfy { $0.isFinite })
  }

  @Test func aFaceBeyondTheThresholdIsUnknown() throws {
    let distance = try #require(try golden.values("known.distance").first)
    for (threshold, isKnown) in [(distance * 0.99, false), (distance * 1.01, true)] {
      var model = Self.model
      model.set("known.threshold", [threshold])
      var network = LipNetwork(weights: try model.withScope { try LipNetworkWeights($0) })
      let lips = network.embed(crops: Self.crops, quality: quality, times: times)
      #expect(lips.isKnownFace == isKnown)
    }
  }

  @Test(arguments: [
    "lips.convolutions.2.bias", "lips.projection.weight", "lips.blocks.1.slope", "known.basis",
    "known.rest_scale",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    var model = Self.model
    model.tensors[name] = nil
    let error = try model.failure { _ = try LipNetworkWeights($0) }
    guard case .missing(_, name) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
  }

  @Test func aScaleForEachDirectionIsAskedFor() throws {
    var model = Self.model
    model.set("known.scale", [1, 2])
    let error = try model.failure { _ = try LipNetworkWeights($0) }
    guard case .shape(_, "known.scale", [6], [2]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

@Suite struct KnownFaceTests {
  private func face(_ model: SyntheticLipModel) throws -> KnownFace {
    try model.withScope { try KnownFace($0["known"], width: 4) }
  }

  @Test func distancesAreInDeviationsOfTheTrainingFaces() throws {
    var model = SyntheticLipModel()
    model.set("known.mean", [1, 2, 3, 4])
    model.set("known.basis", [0, 0.6, 0.8, 0, 1, 0, 0, 0], shape: [2, 4])
    model.set("known.scale", [2, 5])
    model.set("known.rest_scale", [0.5])
    model.set("known.threshold", [9])
    let face = try face(model)
    #expect(face.threshold == 9 && face.distance([1, 2, 3, 4]) == 0)
    #expect(abs(face.distance([1, 2 + 1.2, 3 + 1.6, 4]) - 1) < 1e-5)
    #expect(abs(face.distance([-14, 2, 3, 4]) - 9) < 1e-5)
    // Beside both directions: (0, 0.8, -0.6, 0) and the last value.
    #expect(abs(face.distance([1, 2 + 0.8, 3 - 0.6, 4]) - 4) < 1e-5)
    #expect(abs(face.distance([6, 2, 3, 5]) - (1 + 4)) < 1e-5)
  }
}
