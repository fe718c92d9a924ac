import AudioEncoder
import Decoding
import ModelStore
import SpeechModels
import Testing

@testable import viseme_bench

/// The operations and bytes behind the roofline against the figures of `docs/lab/MODEL.md`.
struct ModelWorkTests {
  @Test func theEncoderDoes434MillionMultiplicationsASecond() {
    let seconds = 10
    let parts = EncoderPart.allCases.reduce(into: Work()) {
      $0 += $1.work(MoonshineModel.Sizes.tiny.encoder, samples: seconds * 16_000)
    }
    let perSecond = parts.total / 2 / Double(seconds)
    #expect(abs(perSecond - 434e6) < 2e6)
  }

  @Test func aTokenDoes18MillionMultiplicationsAndReadsEveryWeightOnce() {
    let config = MoonshineModel.Sizes.tiny.decoder
    let token = Work.token(config, position: 0, frames: 0, batch: 1)
    #expect(abs((token.operations[.u8] ?? 0) / 2 - 18.4e6) < 0.05e6)
    // Besides the weights, one key and one value of each layer in f32.
    let cache = Double(2 * 4 * config.hidden * config.layers)
    #expect(abs(token.bytes - cache - 18.4e6) < 0.05e6)
  }

  @Test func aBatchSharesTheWeightsAndNothingElse() {
    let config = MoonshineModel.Sizes.tiny.decoder
    let alone = Work.token(config, position: 9, frames: 100, batch: 1)
    let together = Work.token(config, position: 9, frames: 100, batch: 4)
    #expect(together.operations == alone.operations)
    #expect(abs(alone.bytes - together.bytes - 0.75 * 18.4e6) < 0.05e6)
  }

  @Test func crossKeysAndValuesAre41MillionMultiplicationsASecond() {
    let frames = MoonshineModel.Sizes.tiny.encoder.lengths(samples: 160_000).t
    let work = Work.crossKeysAndValues(MoonshineModel.Sizes.tiny.decoder, frames: frames)
    #expect(abs(work.total / 2 / 10 - 41e6) < 0.5e6)
  }

  @Test func everyProductOfTheEncoderIsInATablesRow() {
    let config = MoonshineModel.Sizes.tiny.encoder
    let shapes = ProductShape.encoder(samples: 320_000)
    // q, k, v, o stand for four products of each layer.
    let times = [1, 1, 1, 4 * config.layers, config.layers, config.layers]
    let operations = zip(shapes, times).reduce(0) { $0 + $1.0.operations * Double($1.1) }
    let work = EncoderPart.allCases.reduce(into: Work()) {
      $0 += $1.work(config, samples: 320_000)
    }
    #expect(operations == work.operations[.u8])
  }
}

/// Where the encoder's time goes.
struct EncoderClockTests {
  @Test func laterLayersAreDividedAsTheFirst() {
    let clock = EncoderClock()
    for stage in ["layer0.q_proj", "layer0.after_attn", "layer0.out"] {
      spin()
      clock.mark(stage)
    }
    let first = clock.seconds()
    spin()
    clock.mark("layer1.out")
    let all = clock.seconds()
    let parts: [EncoderPart] = [.projections, .attention, .feedForward]
    let factors = parts.compactMap { part in
      all[part].flatMap { after in first[part].map { after / $0 } }
    }
    #expect(factors.count == 3)
    #expect(factors.allSatisfy { $0 > 1 && abs($0 - factors[0]) < 1e-9 })
  }

  /// Uses some processor time.
  private func spin() {
    let begin = Stopwatch.processor()
    while Stopwatch.processor() - begin < 1e-4 {}
  }
}

/// The command line.
struct BenchArgumentsTests {
  @Test func namesParts() throws {
    let arguments = try BenchArguments(["--parts", "load,peaks", "--rounds", "3"])
    #expect(arguments.parts == [.load, .peaks])
    #expect(arguments.rounds == 3)
    #expect(try BenchArguments([]).parts == Set(BenchArguments.Part.allCases))
  }

  @Test(arguments: [["--parts"], ["--parts", "all"], ["--rounds", "0"], ["--fast", "1"], ["x"]])
  func refusesWhatItDoesNotKnow(_ words: [String]) {
    #expect(throws: BenchError.self) { try BenchArguments(words) }
  }
}
