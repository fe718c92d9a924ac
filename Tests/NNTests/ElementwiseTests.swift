import CKernels
import Foundation
import Testing

@Suite struct ElementwiseTests {
  typealias Kernel = @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
  typealias Reference = @Sendable (Double) -> Double

  static let functions: [(name: String, kernel: Kernel, reference: Reference)] = [
    ("tanh", { vk_tanh($0, $1) }, { tanh($0) }),
    ("gelu", { vk_gelu($0, $1) }, { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }),
    ("sigmoid", { vk_sigmoid($0, $1) }, { 1 / (1 + exp(-$0)) }),
    ("relu", { vk_relu($0, $1) }, { max($0, 0) }),
  ]

  @Test(arguments: 0..<functions.count) func matchesLibm(_ index: Int) {
    let (name, kernel, reference) = Self.functions[index]
    var generator = SeededGenerator(state: 11)
    for count in [0, 1, 3, 4, 15, 16, 17, 100, 1001] {
      let scale: Float = count == 1001 ? 100 : 4
      let x = generator.floats(count, in: -scale...scale) + [0, -0.0, 0.625, -0.625, 1e-20]
      var y = x
      kernel(&y, y.count)
      for (input, output) in zip(x, y) {
        let expected = reference(Double(input))
        // f32 rounding of a handful of operations; gelu's erf polynomial adds 1.5e-7 |x|.
        let tolerance = 4e-6 * abs(expected) + 1e-6
        #expect(abs(Double(output) - expected) <= tolerance, "\(name)(\(input))")
      }
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 36, 288, 1001]) func softmaxIsADistribution(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    let x = generator.floats(count, in: -30...30)
    var y = x
    vk_softmax(&y, count, 0.5)
    let top = x.map { Double($0) * 0.5 }.max() ?? 0
    let exponentials = x.map { exp(Double($0) * 0.5 - top) }
    let sum = exponentials.reduce(0, +)
    for (value, expected) in zip(y, exponentials) {
      #expect(abs(Double(value) - expected / sum) < 2e-6)
    }
    #expect(abs(y.reduce(0, +) - 1) < 1e-5)
  }

  @Test(arguments: [1, 5, 36, 288, 291]) func layerNormHasZeroMeanAndUnitVariance(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    let x = generator.floats(count, in: 2...5)
    let weight = generator.floats(count)
    var y = [Float](repeating: 0, count: count)
    vk_layer_norm(x, weight, 1e-5, &y, count)
    let mean = x.map(Double.init).reduce(0, +) / Double(count)
    let variance = x.map { pow(Double($0) - mean, 2) }.reduce(0, +) / Double(count)
    for i in 0..<count {
      let expected = (Double(x[i]) - mean) / (variance + 1e-5).squareRoot() * Double(weight[i])
      #expect(abs(Double(y[i]) - expected) < 1e-4)  // the mean is 2 to 5 times the deviation
    }
  }

  @Test(arguments: [0, 1, 100, 4096, 10_001]) func momentsSumInDouble(_ count: Int) {
    var generator = SeededGenerator(state: 5)
    let x = generator.floats(count)
    var sum = 0.0
    var squares = 0.0
    vk_moments(x, count, &sum, &squares)
    #expect(abs(sum - x.map(Double.init).reduce(0, +)) < 1e-6 * Double(count + 1))
    #expect(
      abs(squares - x.map { Double($0) * Double($0) }.reduce(0, +)) < 1e-6 * Double(count + 1))
  }

  @Test func rotationKeepsLengthsAndTurnsPairs() {
    var x: [Float] = [1, 0, 0, 2, 7]
    vk_rotate(&x, [0, Float(0.5).squareRoot()], [1, Float(0.5).squareRoot()], 2)
    #expect(x[0] == 0 && x[1] == 1 && x[4] == 7)
    #expect(abs(x[2] + 2 * Float(0.5).squareRoot()) < 1e-6)
    #expect(abs(x[3] - 2 * Float(0.5).squareRoot()) < 1e-6)
  }

  @Test(arguments: [1, 2, 16, 33, 32_768]) func argmaxIsTheFirstLargest(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    var x = generator.floats(count)
    x[count / 2] = 2
    x[count - 1] = 2
    #expect(vk_argmax(x, count) == count / 2)
  }

  @Test func aKnownInstructionSetIsChosen() {
    #expect(["baseline", "avx2", "avx512", "avx512vnni"].contains(String(cString: vk_isa())))
  }
}
