import Fixtures
import NN
import Testing

@testable import Fusion

/// The fusion against PyTorch, and that it leaves alone what it must.
@Suite struct CrossModalFusionTests {
  private static let model = SyntheticLipModel(.fusion)
  private static let weights = Result { try model.withScope { try CrossModalFusionWeights($0) } }
  /// All is f32 on either side; sums in another order were seen to make 2e-6. A wrong mask, time or
  /// norm makes 1e-2 and more.
  private static let tolerance: Float = 1e-4

  private let golden: LipGoldenValues
  private let lips: LipSequence
  private let weights: CrossModalFusionWeights
  private let audio = LipGoldenValues.audio

  init() throws {
    golden = try LipGoldenValues()
    lips = try golden.lips()
    weights = try Self.weights.get()
  }

  /// The segment with the golden agreement and noisiness, unless others are given.
  private func fuse(
    _ lips: LipSequence, noisiness: Float = 0.6, agreement: Float = 0.3
  ) -> CrossModalFusion.Result {
    var fusion = CrossModalFusion(weights: weights)
    return fusion.fuse(audio, noisiness: noisiness, lips: lips, agreement: agreement)
  }

  @Test func everyStageAgrees() throws {
    var fusion = CrossModalFusion(weights: weights)
    let (addition, _) = fusion.additions(
      audio, FusionGate.Circumstances(lips: lips, agreement: 0.3, noisiness: 0.6))
    let change = relativeDeviation(
      LipGoldenValues.sample(addition.copied(), width: 288),
      from: try golden.values("fusion.change"))
    let result = fuse(lips)
    let gate = relativeDeviation(result.gate, from: try golden.values("fusion.gate"))
    let output = relativeDeviation(
      LipGoldenValues.sample(result.embeddings.values, width: 288),
      from: try golden.values("fusion.output"))
    Measurement.note("fusion: D \(change) gate \(gate) y \(output)")
    #expect(result.decision == .fused)
    #expect(max(change, gate, output) < Self.tolerance)
  }

  private func expectUntouched(
    _ result: CrossModalFusion.Result, _ decision: CrossModalFusion.Decision
  ) {
    #expect(result.decision == decision)
    #expect(result.gate == Array(repeating: 0, count: audio.frames))
    #expect(result.embeddings.values.map(\.bitPattern) == audio.values.map(\.bitPattern))
  }

  @Test func withoutEnoughLipsTheAudioIsUntouched() {
    var lips = lips
    lips.isPresent = lips.isPresent.indices.map { $0 < lips.frames / 2 }
    #expect(fuse(lips).decision == .fused)
    lips.isPresent[3] = false
    expectUntouched(fuse(lips), .noLips)
    expectUntouched(
      fuse(
        LipSequence(
          values: [], times: [], isPresent: [], quality: [], faceDistance: .infinity,
          isKnownFace: false)), .noLips)
  }

  @Test func withAnUnknownFaceTheAudioIsUntouched() {
    var lips = lips
    lips.isKnownFace = false
    expectUntouched(fuse(lips), .unknownFace)
  }

  @Test func cleanAudioIsUntouched() {
    expectUntouched(fuse(lips, noisiness: 0.1999), .cleanAudio)
    #expect(fuse(lips, noisiness: 0.2).decision == .fused)
  }

  // What is asked is -0.5 + 0.1 n.
  @Test func withoutAgreementTheAudioIsUntouched() {
    expectUntouched(fuse(lips, noisiness: 0.6, agreement: -0.45), .noAgreement)
    #expect(fuse(lips, noisiness: 0.2, agreement: -0.45).decision == .fused)
  }

  @Test(
    arguments: [
      (0, 1), (60, 1), (75, 1), (108, 11.0 / 12), (300, 0.75), (675, 2.0 / 3),
    ] as [(Int, Float)])
  func lessAgreementIsAskedOfLongSegments(frames: Int, share: Float) {
    #expect(abs(FusionSwitch.share(frames: frames) - share) < 1e-6)
  }

  @Test func whatIsNoNumberShutsTheSwitch() {
    expectUntouched(fuse(lips, noisiness: .nan), .cleanAudio)
    expectUntouched(fuse(lips, agreement: .nan), .noAgreement)
  }

  @Test func gatesAreShutFarFromPresentFrames() {
    let result = fuse(lips)
    let times = audio.clock.times(frames: audio.frames)
    var shut = 0
    for (frame, time) in times.enumerated() {
      let distance = lips.presentFrames.map { abs(lips.times[$0] - time) }.min() ?? .infinity
      #expect((0...1).contains(result.gate[frame]))
      guard distance > 0.1 else { continue }
      shut += 1
      #expect(result.gate[frame] == 0)
      let place = frame * 288..<(frame + 1) * 288
      #expect(result.embeddings.values[place] == audio.values[place])
    }
    // Twelve frozen frames of lips leave 0.32 s.
    #expect((12...14).contains(shut))
    #expect(result.gate.contains { $0 > 0.2 })
  }

  @Test func aGateThatIsNearlyShutIsShut() throws {
    var model = Self.model
    for (bias, isOpen) in [(-40, false), (40, true)] as [(Float, Bool)] {
      model.set("fusion.gate_fc2.bias", [bias])
      var fusion = CrossModalFusion(
        weights: try model.withScope { try CrossModalFusionWeights($0) })
      let result = fusion.fuse(audio, noisiness: 0.6, lips: lips, agreement: 0.3)
      #expect(result.decision == .fused && result.gate.contains { $0 > 0 } == isOpen)
      #expect((result.embeddings.values == audio.values) != isOpen)
    }
  }

  @Test func embeddingsOfAbsentFramesAreNeverRead() {
    var lips = lips
    for frame in lips.isPresent.indices where !lips.isPresent[frame] {
      for column in 0..<192 { lips.values[frame * 192 + column] = .nan }
    }
    let (before, after) = (fuse(self.lips), fuse(lips))
    #expect(before.gate == after.gate && before.embeddings.values == after.embeddings.values)
  }

  @Test func memoryOfALongerSegmentDoesNotMatter() {
    let short = Embeddings(frames: 40, width: 288, values: Array(audio.values.prefix(40 * 288)))
    var used = CrossModalFusion(weights: weights)
    _ = used.fuse(audio, noisiness: 0.6, lips: lips, agreement: 0.3)
    var fresh = CrossModalFusion(weights: weights)
    let results = (
      used.fuse(short, noisiness: 0.6, lips: lips, agreement: 0.3),
      fresh.fuse(short, noisiness: 0.6, lips: lips, agreement: 0.3)
    )
    #expect(results.0.embeddings.values == results.1.embeddings.values)
    #expect(results.0.gate == results.1.gate && results.0.gate.count == 40)
  }

  @Test func aSegmentWithoutFramesStaysEmpty() {
    var fusion = CrossModalFusion(weights: weights)
    let result = fusion.fuse(
      Embeddings(frames: 0, width: 288, values: []), noisiness: 0.6, lips: lips, agreement: 0.3)
    #expect(result.embeddings.frames == 0 && result.gate.isEmpty)
  }

  @Test func theNearestQualityIsTheFirstOfEquals() {
    #expect(FusionGate.nearest(to: [0, 1, 1.5, 1.6, 9], in: [0.5, 1, 2]) == [0, 1, 1, 2, 2])
    #expect(FusionGate.nearest(to: [0.75], in: [0.5, 1]) == [0])
  }

  @Test(arguments: [
    "fusion.gate_fc1.bias", "fusion.rounds.1.shift", "fusion.lip_norm.weight", "switch.noisiness",
    "switch.agreement",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    var model = Self.model
    model.tensors[name] = nil
    let error = try model.failure { _ = try CrossModalFusionWeights($0) }
    guard case .missing(_, name) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
  }
}
