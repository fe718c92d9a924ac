import Fixtures
import NN
import Testing

@testable import Fusion

/// The one seam to all ways of fusing sound and lips.
@Suite struct LipFusionTests {
  private let lips: LipSequence
  private let audio = LipGoldenValues.audio
  private let attention: CrossModalFusionWeights
  private let baselines: FusionBaselinesWeights

  init() throws {
    lips = try LipGoldenValues().lips()
    attention = try SyntheticLipModel(.fusion).withScope { try CrossModalFusionWeights($0) }
    baselines = try #require(
      try SyntheticLipModel(.baselines).withScope { try FusionBaselinesWeights($0) })
  }

  private func fuse(
    by method: FusionMethod, noisiness: Float = 0.6, isKnown: Bool = true
  ) -> LipFusion.Result {
    var fusion = LipFusion(attention, baselines: baselines)
    var lips = lips
    lips.isKnownFace = isKnown
    return fusion.fuse(audio, by: method, noisiness: noisiness, lips: lips, agreement: 0.3)
  }

  @Test func eachMethodIsWhatItsNetworksMake() {
    var own = CrossModalFusion(weights: attention)
    var others = FusionBaselines(weights: baselines)
    let fused = own.fuse(audio, noisiness: 0.6, lips: lips, agreement: 0.3)
    let foretold = others.foretold(lips, like: audio).values
    let expected: [FusionMethod: [Float]] = [
      .attention: fused.embeddings.values, .early: others.early(audio, lips: lips).values,
      .late: audio.values, .lipsOnly: foretold,
    ]
    for method in FusionMethod.allCases {
      let result = fuse(by: method)
      #expect(result.embeddings.values == expected[method], "\(method)")
      #expect(result.gate == fused.gate, "\(method)")
      #expect(result.beside?.embeddings.values == (method == .late ? foretold : nil))
      #expect((result.beside == nil ? 1 : 2) == method.ways)
    }
    #expect(Set(expected.values).count == FusionMethod.allCases.count)
  }

  /// Where lips may have no say, the sound stays as it is; the lips alone need no noise to be read.
  @Test(arguments: [(0.1, true), (0.6, false)] as [(Float, Bool)])
  func theSwitchIsTheSameForAll(noisiness: Float, isKnown: Bool) {
    for method in [FusionMethod.attention, .early, .late] {
      let result = fuse(by: method, noisiness: noisiness, isKnown: isKnown)
      #expect(result.embeddings.values == audio.values && result.beside == nil, "\(method)")
    }
    let alone = fuse(by: .lipsOnly, noisiness: noisiness, isKnown: isKnown)
    #expect(alone.embeddings.frames == (isKnown ? audio.frames : 0))
  }

  @Test func withoutLipsOnlyTheLipsAloneSayNothing() {
    for method in FusionMethod.allCases {
      #expect(method.unseen(audio).frames == (method == .lipsOnly ? 0 : audio.frames))
    }
  }
}
