import Fixtures
import NN
import Testing

@testable import AudioEncoder

/// The adapter against PyTorch, and what it must never do.
@Suite struct NoiseAdapterTests {
  private static let audio = LipGoldenValues.audio
  private static let model = SyntheticLipModel(.adapter)
  /// All is f32 on either side; sums in another order were seen to make 2e-6. A wrong mask, time or
  /// norm makes 1e-2 and more.
  private static let tolerance: Float = 1e-4

  private struct Weights {
    let meter: NoiseMeterWeights
    let adapter: NoiseAdapterWeights

    init(_ root: WeightScope) throws(WeightError) {
      meter = try NoiseMeterWeights(root)
      adapter = try NoiseAdapterWeights(root)
      try root["adapter"].finish()
    }
  }

  /// Meter and adapter as a reader uses them.
  private struct Pair: ~Copyable {
    private var meter: NoiseMeter
    private var adapter: NoiseAdapter

    init(_ weights: Weights) {
      meter = NoiseMeter(weights: weights.meter)
      adapter = NoiseAdapter(weights: weights.adapter)
    }

    mutating func adapt(
      _ x: Embeddings
    ) -> (embeddings: Embeddings, noisiness: Float, opening: Float) {
      let (noisiness, opening) = meter.measure(x)
      return (adapter.adapt(x, opening: opening), noisiness, opening)
    }
  }

  private func adapter(opening: [Float]) throws -> Pair {
    var model = Self.model
    model.set("adapter.opening", opening)
    return Pair(try model.withScope { try Weights($0) })
  }

  @Test func everyStageAgrees() throws {
    let golden = try LipGoldenValues()
    var adapter = try adapter(opening: [0.25, 0.75])
    let (a, noisiness, opening) = adapter.adapt(Self.audio)
    let expected = try #require(try golden.values("adapter.noisiness").first)
    #expect(abs(noisiness - expected) < 1e-5)
    #expect(abs(opening - (expected - 0.25) / 0.5) < 2e-5)
    let output = relativeDeviation(
      LipGoldenValues.sample(a.values, width: 288), from: try golden.values("adapter.output"))
    Measurement.note("adapter output: \(output)")
    #expect(output < Self.tolerance)
  }

  @Test func theWholeChangeAgrees() throws {
    let golden = try LipGoldenValues()
    var adapter = try adapter(opening: [-1, -0.5])
    let (a, _, opening) = adapter.adapt(Self.audio)
    let change = zip(a.values, Self.audio.values).map { $0 - $1 }
    let deviation = relativeDeviation(
      LipGoldenValues.sample(change, width: 288), from: try golden.values("adapter.change"))
    Measurement.note("adapter change: \(deviation)")
    #expect(opening == 1 && deviation < Self.tolerance)
  }

  // The bounds themselves count as closed, and so does a range without width that is not reached.
  @Test(arguments: [[0.5, 0.75], [0.9, 1], [1, 1], [2, 1]] as [[Float]])
  func aCleanSegmentIsLeftAlone(opening: [Float]) throws {
    var adapter = try adapter(opening: opening)
    let (a, noisiness, share) = adapter.adapt(Self.audio)
    #expect(share == 0 && noisiness > 0.4)
    #expect(a.values.map(\.bitPattern) == Self.audio.values.map(\.bitPattern))
  }

  @Test func framesBeyondTheReachOfBothBlocksDoNotMatter() throws {
    var adapter = try adapter(opening: [-1, -0.5])
    let before = adapter.adapt(Self.audio).embeddings.values
    var values = Self.audio.values
    for index in values.count - 288..<values.count { values[index] = -values[index] }
    let after = adapter.adapt(Embeddings(frames: 200, width: 288, values: values)).embeddings
    // The last frame is at 4.8 s, and each of two blocks reads 83 frames.
    let untouched = (200 - 1 - 2 * 83) * 288
    #expect(before[..<untouched] == after.values[..<untouched])
    let next = untouched..<untouched + 288
    #expect(before[next] != after.values[next])
  }

  @Test func memoryOfALongerSegmentDoesNotMatter() throws {
    let short = Embeddings(
      frames: 30, width: 288, values: Array(Self.audio.values.prefix(30 * 288)))
    var used = try adapter(opening: [-1, -0.5])
    _ = used.adapt(Self.audio)
    var fresh = try adapter(opening: [-1, -0.5])
    #expect(used.adapt(short).embeddings.values == fresh.adapt(short).embeddings.values)
  }

  @Test func aSegmentWithoutFramesStaysEmpty() throws {
    var adapter = try adapter(opening: [-1, -0.5])
    let (a, noisiness, opening) = adapter.adapt(Embeddings(frames: 0, width: 288, values: []))
    #expect(a.frames == 0 && noisiness == 0 && opening == 0)
  }

  @Test(arguments: [
    "noise_fc2.bias", "opening", "blocks.0.slope", "blocks.1.mlp_norm.weight", "output.weight",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    var model = Self.model
    model.tensors["adapter.\(name)"] = nil
    let error = try model.failure { _ = try Weights($0) }
    guard case .missing(_, "adapter.\(name)") = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
  }

  @Test func aTensorThatNoLayerKnowsIsNamed() throws {
    var model = Self.model
    model.set("adapter.blocks.2.slope", [1])
    let error = try model.failure { _ = try Weights($0) }
    guard case .unused(_, ["adapter.blocks.2.slope"]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
