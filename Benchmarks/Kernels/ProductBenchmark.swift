import NN

/// Times the product's matrix kernels on the model's own shapes, in turn with the peaks.
struct ProductBenchmark {
  /// Rows of the encoder's products: a segment of 20 s.
  static let samples = 320_000
  /// Segments that the decoder has at once.
  static let batches = [1, 2, 4, 8]

  let scope: WeightScope
  let peaks: MachinePeaks
  let rounds: Int

  func run() throws(BenchError) -> [ProductResult] {
    var results: [ProductResult] = []
    let encoder = ProductShape.encoder(samples: Self.samples)
    let decoder = Self.batches.flatMap(ProductShape.decoder(rows:))
    for shape in encoder + decoder { results.append(try measure(shape, isQuantized: true)) }
    for shape in encoder + ProductShape.voiceActivity {
      results.append(try measure(shape, isQuantized: false))
    }
    return results
  }

  private func measure(
    _ shape: ProductShape, isQuantized: Bool
  ) throws(BenchError) -> ProductResult {
    let run = ProductRun(
      shape, weights: isQuantized ? try quantized(shape) : Self.random(shape))
    let loops = [peaks.loop(.f32), isQuantized ? peaks.loop(.u8) : nil]
    let jobs = [run.run] + loops.compactMap { $0.map { loop in loop.run } }
    var times = Stopwatch.alternate(rounds: rounds, jobs)[...]
    let seconds = times.removeFirst()
    let rate = shape.operations / seconds
    // Of the 8-bit peak, by the byte products that are done.
    let shares = zip(loops, [rate, rate * MachinePeaks.planes]).map { loop, rate in
      loop.flatMap { loop in times.popFirst().map { rate / (loop.operations / $0) } }
    }
    return ProductResult(
      layer: shape.layer, weights: isQuantized ? "u8" : "f32", rows: shape.rows,
      outputs: shape.outputs, inputs: shape.inputs, microseconds: seconds * 1e6,
      gops: rate / 1e9, shareOfF32: shares[0], shareOfU8: shares[1])
  }

  private func quantized(_ shape: ProductShape) throws(BenchError) -> PackedMatrix {
    guard let weights = shape.weights else { return Self.random(shape) }
    do throws(WeightError) {
      return PackedMatrix(
        try scope.weight(weights.name, shape: weights.shape), outputs: shape.outputs,
        inputs: shape.inputs)
    } catch {
      throw .weights(error)
    }
  }

  private static func random(_ shape: ProductShape) -> PackedMatrix {
    let count = shape.outputs * shape.inputs
    return PackedMatrix(
      f32: TensorView((0..<count).map(ProductRun.value), shape: [shape.outputs, shape.inputs]),
      outputs: shape.outputs, inputs: shape.inputs)
  }
}
