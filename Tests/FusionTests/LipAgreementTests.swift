import AudioEncoder
import Fixtures
import NN
import Testing

@testable import Fusion

@Suite struct LipAgreementTests {
  private static let model = SyntheticLipModel(.agreement)
  private static let weights = Result { try model.withScope { try LipAgreementWeights($0) } }

  private let golden: LipGoldenValues
  private let lips: LipSequence
  private let weights: LipAgreementWeights
  private let audio = LipGoldenValues.audio

  init() throws {
    golden = try LipGoldenValues()
    lips = try golden.lips()
    weights = try Self.weights.get()
  }

  // Cosines of unit vectors in f32 on either side: sums of at most a thousand of them.
  @Test func scoreAndCurveAgree() throws {
    var agreement = LipAgreement(weights: weights)
    let expected = try #require(try golden.values("agreement.score").first)
    #expect(abs(agreement.score(audio: audio, lips: lips) - expected) < 1e-5)
    let (sums, counts) = agreement.curve(audio: audio, lips: lips, reach: 15)
    let curve = zip(sums, counts).map { $0 / Float($1) }
    let deviation = relativeDeviation(curve, from: try golden.values("agreement.curve"))
    Measurement.note("agreement curve: \(deviation)")
    #expect(deviation < 1e-3)
  }

  @Test func theCurveCountsThePairsOfPresentFrames() {
    var agreement = LipAgreement(weights: weights)
    var lips = lips
    lips.isPresent = Array(repeating: true, count: lips.frames)
    let (_, counts) = agreement.curve(audio: audio, lips: lips, reach: 130)
    #expect(counts == (-130...130).map { max(0, lips.frames - abs($0)) })
    lips.isPresent[7] = false
    let (_, fewer) = agreement.curve(audio: audio, lips: lips, reach: 3)
    #expect(fewer == [115, 116, 117, 119, 117, 116, 115])
  }

  // Lips that are the audio's own vectors, later by some frames, have their maximum there.
  @Test(arguments: [-4, 0, 9]) func theMaximumIsWhereTheLipsLag(_ lag: Int) throws {
    var agreement = LipAgreement(weights: weights)
    let found = agreement.pairs(audio, lips)
    let pairs = try #require(found)
    let frames = lips.frames
    let late = (0..<frames).flatMap { frame in
      let source = min(max(frame - lag, 0), frames - 1)
      return pairs.audio[source * 64..<(source + 1) * 64]
    }
    let shifted = LipAgreement.Pairs(lips: late, audio: pairs.audio, isPresent: lips.isPresent)
    let means = (-15...15).map { shift in
      let (sum, count) = shifted.products(shift: shift)
      return sum / Float(count)
    }
    let best = try #require(means.indices.max { means[$0] < means[$1] })
    #expect(best - 15 == lag && abs(means[best] - 1) < 0.05)
  }

  @Test func absentFramesAreNeverRead() {
    var agreement = LipAgreement(weights: weights)
    let before = agreement.score(audio: audio, lips: lips)
    var lips = lips
    for frame in lips.isPresent.indices where !lips.isPresent[frame] {
      for column in 0..<192 { lips.values[frame * 192 + column] = .nan }
    }
    #expect(agreement.score(audio: audio, lips: lips) == before)
  }

  @Test func withoutLipsOrAudioNothingAgrees() {
    var agreement = LipAgreement(weights: weights)
    let none = LipSequence(
      values: [], times: [], isPresent: [], quality: [], faceDistance: .infinity,
      isKnownFace: false)
    let silence = Embeddings(frames: 0, width: 288, values: [])
    for (audio, lips) in [(audio, none), (silence, lips)] {
      #expect(agreement.score(audio: audio, lips: lips) == 0)
      let (sums, counts) = agreement.curve(audio: audio, lips: lips, reach: 2)
      #expect(sums == [0, 0, 0, 0, 0] && counts == [0, 0, 0, 0, 0])
    }
  }

  @Test(
    arguments: [
      (0.028, 0), (0.0399, 0), (0.0401, 1), (-3, 0), (0.052, 1), (0.1, 3), (9, 9),
    ] as [(Float, Int)])
  func theNearestFrameOfAudioIsFound(_ time: Float, _ frame: Int) {
    #expect(MoonshineEncoderConfig.clock.nearest(to: time, frames: 10) == frame)
  }

  @Test func aMissingTensorIsNamed() throws {
    var model = Self.model
    model.tensors["agreement.audio_fc1.bias"] = nil
    let error = try model.failure { _ = try LipAgreementWeights($0) }
    guard case .missing(_, "agreement.audio_fc1.bias") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
