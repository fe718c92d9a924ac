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
    ("silu", { vk_silu($0, $1) }, { $0 / (1 + exp(-$0)) }),
    (
      "swiglu",
      { x, count in
        let gates = Array(UnsafeBufferPointer(start: x, count: count))
        vk_swiglu(x, gates, x, count)
      }, { $0 * $0 / (1 + exp(-$0)) }
    ),
  ]

  @Test(arguments: 0..<functions.count) func matchesLibm(_ index: Int) {
    let (name, kernel, reference) = Self.functions[index]
    var generator = SeededGenerator(state: 11)
    for count in [0, 1, 3, 4, 15, 16, 17, 100, 1001] {
      let scale: Float = count == 1001 ? 100 : 4
      let x =
        generator.floats(count, in: -scale...scale)
        + [0, -0.0, 0.625, -0.625, 1e-20, 5.2, -5.2, 5.3, -5.3]
      var y = x
      kernel(&y, y.count)
      for (input, output) in zip(x, y) {
        let expected = reference(Double(input))
        // f32 rounding of a handful of operations; gelu's polynomial adds 5.2e-7.
        let tolerance = 4e-6 * abs(expected) + 1e-6
        #expect(abs(Double(output) - expected) <= tolerance, "\(name)(\(input))")
      }
    }
  }

  @Test(arguments: [1, 5, 16, 36, 288, 291]) func layerNormHasZeroMeanAndUnitVariance(_ count: Int)
  {
    var generator = SeededGenerator(state: UInt64(count))
    let x = generator.floats(count, in: 2...5)
    let weight = generator.floats(count)
    var y = [Float](repeating: 0, count: count)
    vk_layer_norm(x, weight, nil, 1e-5, &y, count)
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

  @Test(arguments: [2, 4, 6, 16, 32, 38]) func rotationTurnsPairs(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    let x = generator.floats(count + 1)
    let angles = generator.floats(count / 2, in: -4...4).map(Double.init)
    let cosines = angles.flatMap { [Float(cos($0)), Float(cos($0))] }
    let sines = angles.flatMap { [-Float(sin($0)), Float(sin($0))] }
    var y = x
    vk_rotate(&y, cosines, sines, count)
    #expect(y[count] == x[count])
    for (pair, angle) in angles.enumerated() {
      let (u, w) = (Double(x[2 * pair]), Double(x[2 * pair + 1]))
      #expect(abs(Double(y[2 * pair]) - (u * cos(angle) - w * sin(angle))) < 5e-7)
      #expect(abs(Double(y[2 * pair + 1]) - (w * cos(angle) + u * sin(angle))) < 5e-7)
    }
  }

  @Test(arguments: [1, 2, 16, 33, 2047, 2048, 2049, 32_768])
  func theMostLikelyIsTheFirstLargest(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    for scale in [1, 30] as [Float] {
      var x = generator.floats(count, in: -scale...scale)
      x[count / 2] = scale + 1
      x[count - 1] = scale + 1
      var probability: Float = 0
      #expect(vk_most_likely(x, count, &probability) == count / 2)
      let sum = x.reduce(0.0) { $0 + exp(Double($1) - Double(scale + 1)) }
      // Sums of a few thousand f32s in a lane.
      #expect(abs(Double(probability) * sum - 1) < 2e-5)
    }
  }

  // Every block of values holds a larger one than the block before, and the other way round.
  @Test(arguments: [-1, 1] as [Float]) func theMostLikelyIsFoundOnSlopes(_ slope: Float) {
    let x = (0..<10_000).map { slope * Float($0) * 0.01 }
    var probability: Float = 0
    let index = vk_most_likely(x, x.count, &probability)
    #expect(index == (slope < 0 ? 0 : x.count - 1))
    let sum = x.reduce(0.0) { $0 + exp(Double($1) - Double(x[index])) }
    #expect(abs(Double(probability) * sum - 1) < 2e-5)
  }

  @Test(arguments: [1, 15, 16, 17, 288]) func affineScalesAndShifts(_ count: Int) {
    var generator = SeededGenerator(state: UInt64(count))
    let x = generator.floats(count)
    let scales = generator.floats(count)
    let shifts = generator.floats(count)
    var y = x
    vk_affine(&y, scales, shifts, count)
    for i in 0..<count {
      #expect(abs(Double(y[i]) - (Double(x[i]) * Double(scales[i]) + Double(shifts[i]))) < 2e-7)
    }
  }

  @Test func aKnownInstructionSetIsChosen() {
    #expect(["baseline", "avx2", "avx512", "avx512vnni"].contains(String(cString: vk_isa())))
  }
}
