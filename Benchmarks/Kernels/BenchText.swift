/// The results as tables.
enum BenchText {
  static func peaks(_ peaks: MachinePeaks) -> String {
    var rates = MarkdownTable(["one core", "arithmetic", "VISEME_ISA", "GOP/s"])
    for rate in peaks.rates {
      rates.add([
        rate.instructions, rate.arithmetic.rawValue, rate.isa, MarkdownTable.fixed(rate.gops, 0),
      ])
    }
    var reads = MarkdownTable(["reading, one core", "GB/s"])
    for bandwidth in peaks.bandwidths {
      reads.add(["\(bandwidth.kilobytes) KB", MarkdownTable.fixed(bandwidth.gigabytes, 0)])
    }
    return rates.text + "\n" + reads.text
  }

  static func products(_ products: [ProductResult]) -> String {
    var table = MarkdownTable([
      "layer", "weights", "rows x outputs x inputs", "µs", "GOP/s", "of f32 peak", "of 8-bit peak",
    ])
    for product in products {
      table.add([
        product.layer, product.weights,
        "\(product.rows) x \(product.outputs) x \(product.inputs)",
        MarkdownTable.fixed(product.microseconds, 1), MarkdownTable.fixed(product.gops, 0),
        MarkdownTable.percent(product.shareOfF32), MarkdownTable.percent(product.shareOfU8),
      ])
    }
    return table.text
  }

  static func stages(_ stages: [StageResult], seconds: Double) -> String {
    var table = MarkdownTable([
      "\(MarkdownTable.fixed(seconds, 0)) s of speech", "GOP", "MB", "ms", "share of peak",
      "floor, ms",
    ])
    for stage in stages {
      table.add([
        stage.stage, MarkdownTable.fixed(stage.gigaoperations, 2),
        MarkdownTable.fixed(stage.megabytes, 1), MarkdownTable.fixed(stage.milliseconds, 2),
        MarkdownTable.percent(stage.shareOfPeak), MarkdownTable.fixed(stage.floorMilliseconds, 2),
      ])
    }
    let time = stages.reduce(0) { $0 + $1.milliseconds }
    let floor = stages.reduce(0) { $0 + $1.floorMilliseconds }
    table.add([
      "**all**", MarkdownTable.fixed(stages.reduce(0) { $0 + $1.gigaoperations }, 2),
      MarkdownTable.fixed(stages.reduce(0) { $0 + $1.megabytes }, 1), MarkdownTable.fixed(time, 2),
      "", MarkdownTable.fixed(floor, 2),
    ])
    let ratio = MarkdownTable.fixed(time / floor, 2)
    let speed = MarkdownTable.fixed(seconds * 1e3 / time, 0)
    return table.text + "\nThe whole takes \(ratio) times the sum of its floors; "
      + "\(speed) times real time on one thread.\n"
  }

  static func tokens(_ tokens: [TokenResult]) -> String {
    var table = MarkdownTable(["segments decoded together", "ms a token", "floor, ms"])
    for result in tokens {
      table.add([
        "\(result.batch)", MarkdownTable.fixed(result.millisecondsPerToken, 3),
        MarkdownTable.fixed(result.floorMilliseconds, 3),
      ])
    }
    return table.text
  }
}
