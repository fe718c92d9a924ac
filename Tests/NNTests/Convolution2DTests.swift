import Testing

@testable import NN

/// Layers over maps, against their definitions.
@Suite struct Convolution2DTests {
  struct Case: CustomTestStringConvertible {
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    let kernel: Int
    let step: Int
    let padding: Int

    var testDescription: String {
      "\(height)x\(width)x\(inputs) -> \(outputs), \(kernel)/\(step)+\(padding)"
    }
  }

  static let cases = [
    Case(height: 9, width: 7, inputs: 3, outputs: 10, kernel: 3, step: 1, padding: 0),
    Case(height: 4, width: 4, inputs: 48, outputs: 64, kernel: 2, step: 1, padding: 0),
    Case(height: 23, width: 23, inputs: 32, outputs: 64, kernel: 3, step: 2, padding: 1),
    Case(height: 20, width: 31, inputs: 5, outputs: 32, kernel: 5, step: 3, padding: 0),
    Case(height: 1, width: 1, inputs: 2, outputs: 3, kernel: 3, step: 2, padding: 1),
    Case(height: 300, width: 90, inputs: 3, outputs: 4, kernel: 3, step: 1, padding: 2),
  ]

  /// The sum over taps and channels, as the layer is defined.
  private func defined(
    _ c: Case, _ input: [Float], _ weight: [Float], _ bias: [Float], y: Int, x: Int, output: Int
  ) -> Float {
    var sum = Double(bias[output])
    for j in 0..<c.kernel {
      for i in 0..<c.kernel {
        let (row, column) = (y * c.step + j - c.padding, x * c.step + i - c.padding)
        guard (0..<c.height).contains(row), (0..<c.width).contains(column) else { continue }
        for channel in 0..<c.inputs {
          sum +=
            Double(input[(row * c.width + column) * c.inputs + channel])
            * Double(weight[((output * c.inputs + channel) * c.kernel + j) * c.kernel + i])
        }
      }
    }
    return Float(sum)
  }

  @Test(arguments: cases)
  func isTheSumOverItsWindow(_ c: Case) {
    var generator = SystemRandomNumberGenerator()
    func random(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    var input = random(c.height * c.width * c.inputs)
    let weight = random(c.outputs * c.inputs * c.kernel * c.kernel)
    let bias = random(c.outputs)
    let layer = Convolution2D(
      weight: TensorView(weight, shape: [c.outputs, c.inputs, c.kernel, c.kernel]), bias: bias,
      step: c.step, padding: c.padding)
    let (height, width) = (layer.outputLength(c.height), layer.outputLength(c.width))
    let result = FloatBuffer(count: height * width * c.outputs)
    let scratch = FloatBuffer(count: layer.scratchCount(width: width))
    let values = input.withUnsafeMutableBufferPointer { buffer -> [Float] in
      guard let base = buffer.baseAddress else { return [] }
      let output = FeatureMap(
        base: result.base, height: height, width: width, channels: c.outputs)
      layer(
        FeatureMap(base: base, height: c.height, width: c.width, channels: c.inputs),
        into: output, scratch: scratch)
      return output.positions.copied()
    }
    #expect(values.count == height * width * c.outputs && !values.isEmpty)
    for index in stride(from: 0, to: values.count, by: max(1, values.count / 500)) {
      let (place, output) = index.quotientAndRemainder(dividingBy: c.outputs)
      let expected = defined(
        c, input, weight, bias, y: place / width, x: place % width, output: output)
      // f32 sums of at most 288 products of numbers below 1.
      #expect(abs(values[index] - expected) < 1e-4)
    }
  }

  @Test func aMapThatIsTooSmallGivesNothing() {
    let layer = Convolution2D(
      weight: TensorView(Array(repeating: 0, count: 9), shape: [1, 1, 3, 3]), bias: [0])
    #expect(layer.outputLength(2) == 0 && layer.outputLength(3) == 1)
  }

  /// Lengths that PyTorch's `MaxPool2d(window, 2, ceil_mode=True)` gives.
  @Test(arguments: [
    (2, [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)]),
    (3, [(1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (22, 11), (46, 23)]),
  ])
  func poolingCutsItsLastWindow(_ window: Int, _ lengths: [(Int, Int)]) {
    let pool = MaxPool(window: window)
    for (length, expected) in lengths { #expect(pool.outputLength(length) == expected) }
  }

  @Test(arguments: [2, 3])
  func poolingTakesTheLargestOfEachChannel(_ window: Int) {
    let (height, width, channels) = (5, 8, 3)
    let source = FloatBuffer(count: height * width * channels)
    for index in 0..<source.count { source.base[index] = Float(index * 7919 % 101) - 50 }
    let input = FeatureMap(base: source.base, height: height, width: width, channels: channels)
    let pool = MaxPool(window: window)
    let (down, across) = (pool.outputLength(height), pool.outputLength(width))
    let target = FloatBuffer(count: down * across * channels)
    let output = FeatureMap(base: target.base, height: down, width: across, channels: channels)
    pool(input, into: output)
    for y in 0..<down {
      for x in 0..<across {
        for channel in 0..<channels {
          var largest = -Float.infinity
          for j in 2 * y..<min(2 * y + window, height) {
            for i in 2 * x..<min(2 * x + window, width) {
              largest = max(largest, input.row(j)[i * channels + channel])
            }
          }
          #expect(output.row(y)[x * channels + channel] == largest)
        }
      }
    }
  }

  @Test func theRectifierHasASlopeForEachChannel() {
    let values = FloatBuffer(count: 6)
    for (index, value) in [-2, -2, 4, 3, 0, -1].enumerated() { values.base[index] = Float(value) }
    PReLU(slopes: [0.5, -1, 0])(values.matrix(2, 3))
    #expect(values.matrix(2, 3).copied() == [-1, 2, 4, 3, 0, 0])
  }
}
