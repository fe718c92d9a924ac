import CKernels
import Foundation

/// What was measured; parts that were not asked for are absent.
struct BenchResults: Encodable {
  struct Loading: Encodable { let seconds: Double }

  let kernels: String
  var peaks: [MachinePeaks.Rate]?
  var bandwidths: [MachinePeaks.Bandwidth]?
  var products: [ProductResult]?
  var stages: [StageResult]?
  var tokens: [TokenResult]?
  var load: Loading?
}

/// Measures the core's limits, the matrix kernels and the stages of a segment's transcription.
@main
struct Bench {
  private let arguments: BenchArguments

  static func main() {
    do throws(BenchError) {
      try Bench(arguments: BenchArguments(CommandLine.arguments.dropFirst())).run()
    } catch {
      FileHandle.standardError.write(Data("viseme-bench: \(error.sentence)\n".utf8))
      exit(1)
    }
  }

  private func run() throws(BenchError) {
    var results = BenchResults(kernels: String(cString: vk_isa()))
    print("kernels: \(results.kernels)\n")
    if arguments.has(.load) {
      let seconds = try BenchModels.loadingTime()
      results.load = BenchResults.Loading(seconds: seconds)
      print("loading the models: \(MarkdownTable.fixed(seconds * 1e3, 1)) ms\n")
    }
    if arguments.parts != [.load] { try measure(&results) }
    if let path = arguments.json { try write(results, to: path) }
  }

  private func measure(_ results: inout BenchResults) throws(BenchError) {
    let peaks = MachinePeaks(rounds: arguments.rounds)
    results.peaks = peaks.rates
    results.bandwidths = peaks.bandwidths
    print(BenchText.peaks(peaks))
    if arguments.has(.products) {
      let models = try BenchModels()
      let products = try ProductBenchmark(
        scope: models.moonshine, peaks: peaks, rounds: arguments.rounds
      ).run()
      results.products = products
      print(BenchText.products(products))
    }
    if arguments.has(.roofline) {
      let models = try BenchModels()
      let count = ProductBenchmark.samples
      var times: [Double] = []
      var samples: [Float] = []
      for _ in 0..<arguments.rounds {
        let begin = Stopwatch.processor()
        samples = try SpeechSample.read(arguments.recording, count: count)
        times.append(Stopwatch.processor() - begin)
      }
      let (stages, tokens) = Roofline(
        models: models, peaks: peaks, rounds: arguments.rounds, samples: samples,
        reading: Stopwatch.median(times)
      ).run()
      results.stages = stages
      results.tokens = tokens
      print(BenchText.stages(stages, seconds: Double(count) / 16_000))
      print(BenchText.tokens(tokens))
    }
  }

  private func write(_ results: BenchResults, to path: String) throws(BenchError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      try encoder.encode(results).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .output(path: path, error.localizedDescription)
    }
  }
}
