import CKernels
import NN
import Testing

/// Products of rows on 14-bit grids with weights of 16 bits.
@Suite struct PairProductTests {
  /// Each value of a row lies within half a step of its grid, each weight within half a step of its
  /// output's, whose size follows from the sum of magnitudes; f32 rounds the rest.
  private static func bound(_ a: [Float], _ w: [Float], gridOf values: [Float]) -> Double {
    let row = Double(values.map(abs).max() ?? 0) / 8191
    let sum = w.reduce(0.0) { $0 + Double(abs($1)) }
    let largest = Double(w.map(abs).max() ?? 0)
    let step = max(sum / (262_144 - 0.5 * Double(w.count)), largest / 32767)
    let magnitudes = a.reduce(0.0) { $0 + Double(abs($1)) }
    let rounding = row / 2 * (sum + step * Double(w.count)) + step / 2 * magnitudes
    return rounding * 1.001 + 2e-6 * (sum * Double(values.map(abs).max() ?? 0) + 1)
  }

  @Test(arguments: GEMMTests.shapes) func isWithinItsGrids(_ m: Int, _ n: Int, _ k: Int) {
    var random = SeededGenerator(state: UInt64(m * 7919 + n * 31 + k))
    for stride in Set([k, k + 3, max(1, k / 2)]) {
      let a = random.floats(m * stride + k)
      let w = random.floats(n * k)
      let bias = random.floats(n)
      let before = random.floats(m * n)
      let matrix = PackedMatrix(i16: TensorView(w, shape: [n, k]), outputs: n, inputs: k)
      for ending in [Ending.store, .add] {
        let output = FloatBuffer(count: m * n)
        output.base.update(from: before, count: m * n)
        a.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          matrix.multiply(
            MatrixView(
              base: UnsafeMutablePointer(mutating: base), rows: m, columns: k, stride: stride),
            bias: bias, ending: ending, into: output.matrix(m, n), scratch: output.base)
        }
        var worst = 0.0
        for row in 0..<m {
          let values = Array(a[row * stride..<row * stride + k])
          // Rows that overlap share a grid with their neighbours, at most with all.
          let grid = stride < k ? a : values
          for column in 0..<n {
            let weights = Array(w[column * k..<(column + 1) * k])
            var expected = zip(values, weights).reduce(Double(bias[column])) {
              $0 + Double($1.0) * Double($1.1)
            }
            if ending == .add { expected += Double(before[row * n + column]) }
            let error = abs(Double(output.base[row * n + column]) - expected)
            worst = max(worst, error / Self.bound(values, weights, gridOf: grid))
          }
        }
        #expect(worst <= 1)
      }
    }
  }

  /// The largest sums there are: every product at the end of both grids, all of one sign.
  @Test(arguments: [1, 2, 127, 3072]) func neverOverflows(_ k: Int) {
    for sign in [Float(1), -1] {
      let w = [Float](repeating: sign, count: k)
      let matrix = PackedMatrix(i16: TensorView(w, shape: [1, k]), outputs: 1, inputs: k)
      let output = FloatBuffer(count: 1)
      MatrixView.reading([Float](repeating: 5, count: k), rows: 1, columns: k) {
        matrix.multiply($0, into: output.matrix(1, 1), scratch: output.base)
      }
      // A weight is on a grid of at least 85 steps when there are 3072 of them: half a step is 0.6 %.
      #expect(abs(output.base[0] - 5 * sign * Float(k)) <= 0.006 * 5 * Float(k))
    }
  }

  @Test func rowsOnGridsGiveTheSame() {
    var random = SeededGenerator(state: 5)
    let (rows, inputs, outputs) = (37, 24, 33)
    let values = random.floats(rows * inputs)
    let weights = random.floats(outputs * inputs)
    let matrix = PackedMatrix(
      i16: TensorView(weights, shape: [outputs, inputs]), outputs: outputs, inputs: inputs)
    let whole = FloatBuffer(count: rows * outputs)
    let placed = FloatBuffer(count: rows * outputs)
    MatrixView.reading(values, rows: rows, columns: inputs) {
      matrix.multiply($0, into: whole.matrix(rows, outputs), scratch: whole.base)
    }
    var grid = [Int16](repeating: 0, count: rows * inputs)
    var steps: [Float] = []
    for row in 0..<rows {
      steps.append(
        grid.withUnsafeMutableBufferPointer { target in
          guard let base = target.baseAddress else { return 0 }
          return vk_place_i16(
            Array(values[row * inputs..<(row + 1) * inputs]), inputs, base + row * inputs)
        })
    }
    matrix.multiply(
      placed: grid, stride: inputs, steps: steps, isAdded: false,
      into: placed.matrix(rows, outputs))
    #expect(whole.matrix(rows, outputs).copied() == placed.matrix(rows, outputs).copied())
  }

  @Test func weightsCanBeLookedUp() {
    var random = SeededGenerator(state: 3)
    let w = random.floats(5 * 7)
    let matrix = PackedMatrix(i16: TensorView(w, shape: [5, 7]), outputs: 5, inputs: 7)
    var row = [Float](repeating: 0, count: 7)
    for output in 0..<5 {
      matrix.copyWeights(of: output, into: &row)
      // 7 weights of at most 1: a step is at most 7 / 2^18.
      for (value, weight) in zip(row, w[output * 7..<output * 7 + 7]) {
        #expect(abs(value - weight) <= 3.2e-5)
      }
    }
  }
}
