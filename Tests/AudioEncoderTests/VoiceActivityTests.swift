import AudioEncoder
import Foundation
import NN
import Testing

@Suite struct VoiceActivityTests {
  struct Golden: Decodable {
    let clips: [Clip]

    struct Clip: Decodable {
      let file: String
      let samples: Int
      let probabilities: [Float]
    }
  }

  static func golden() throws -> Golden {
    let file = SpeechData.tests.appending(path: "Fixtures/silero_golden.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  @Test(.enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"))
  func agreesWithTheWheelsOwnModel() throws {
    let weights = try SpeechData.weights()
    for clip in try Self.golden().clips {
      let samples = Array(try SpeechData.samples(clip.file).prefix(clip.samples))
      #expect(samples.count == clip.samples)
      var detector = VoiceActivityDetector(weights: weights)
      let probabilities = detector.process(samples) + detector.finish()
      #expect(probabilities.count == clip.probabilities.count)
      let differences = zip(probabilities, clip.probabilities).map { abs($0 - $1) }
      // Order of summation alone differs; 2e-5 was seen, the file is rounded to 1e-6.
      #expect(differences.max() ?? 1 < 1e-4, "\(clip.file)")
    }
  }

  @Test(
    .enabled(if: SpeechData.hasModel, "needs the silero-vad model"),
    arguments: [1, 2, 3, 4, 5, 6])
  func blockSizesDoNotMatter(_ seed: UInt64) throws {
    let weights = try SpeechData.weights()
    var generator = SeededGenerator(seed: seed)
    let samples = Self.chirps(count: Int.random(in: 0...60_000, using: &generator))
    var whole = VoiceActivityDetector(weights: weights)
    let expected = whole.process(samples) + whole.finish()
    #expect(expected.count == (samples.count + 511) / 512)

    var streamed = VoiceActivityDetector(weights: weights)
    var probabilities: [Float] = []
    var position = 0
    while position < samples.count {
      let largest = [1, 100, 513, 20_000].randomElement(using: &generator) ?? 1
      let end = min(position + Int.random(in: 0...largest, using: &generator), samples.count)
      probabilities += streamed.process(Array(samples[position..<end]))
      position = end
    }
    probabilities += streamed.finish()
    #expect(probabilities == expected)
    // A stream that ended leaves nothing behind.
    #expect(streamed.process(samples) + streamed.finish() == expected)
    #expect(streamed.finish().isEmpty)
  }

  @Test(.enabled(if: SpeechData.hasModel, "needs the silero-vad model"))
  func samplesThatAreNotFiniteCountAsZero() throws {
    let weights = try SpeechData.weights()
    var damaged = Self.chirps(count: 40_000)
    var mended = damaged
    for (index, value) in [(700, Float.nan), (701, .infinity), (20_000, -.infinity)] {
      damaged[index] = value
      mended[index] = 0
    }
    var first = VoiceActivityDetector(weights: weights)
    var second = VoiceActivityDetector(weights: weights)
    #expect(
      first.process(damaged) + first.finish() == second.process(mended) + second.finish())
  }

  /// A sample of the smallest loudness in each batch keeps the network at work.
  @Test(.enabled(if: SpeechData.hasModel, "needs the silero-vad model"))
  func zerosCostNothingAndChangeNothing() throws {
    let weights = try SpeechData.weights()
    let batch = VoiceActivityDetector.batch * VoiceActivityConfig.chunk
    let speech = Self.chirps(count: 40_000)
    let silence = [Float](repeating: 0, count: 40 * batch)
    var faint = silence
    for start in stride(from: 0, to: faint.count, by: batch / 2) { faint[start] = 1e-30 }
    var resting = VoiceActivityDetector(weights: weights)
    var working = VoiceActivityDetector(weights: weights)
    let first = resting.process(speech + silence + speech) + resting.finish()
    let second = working.process(speech + faint + speech) + working.finish()
    #expect(first.count == second.count)
    // The state may still move by a little when the probability has come to rest.
    #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(.enabled(if: SpeechData.hasModel, "needs the silero-vad model"))
  func everyTensorIsAskedFor() throws {
    let file = try SafetensorsFile(path: SpeechData.model.path)
    let scope = WeightScope(file)
    _ = try VoiceActivityWeights(scope)
    #expect(scope.unusedTensors.isEmpty)
  }

  /// Tones that rise and fall in loudness, with something at every frequency over time.
  static func chirps(count: Int) -> [Float] {
    (0..<count).map { n in
      let time = Double(n) / 16_000
      return Float(0.3 * sin(2 * .pi * (200 + 900 * time) * time) * sin(7 * time))
    }
  }
}
