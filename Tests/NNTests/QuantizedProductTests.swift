import CKernels
import NN
import Testing

/// The product in integers as the kernels define it, written plainly.
struct QuantizedReference {
  let product: Product

  /// Largest value of a row's grid.
  var limit: Float = 32512

  /// `dot * scale + bias` of one row, before its ending.
  func row(_ row: Int, bias: [Float]?) -> [Float] {
    let a = product.a[row * product.lda..<row * product.lda + product.k]
    let largest = a.map(abs).max() ?? 0
    let inverse = largest > 0 ? limit / largest : 0
    let q = a.map { Int(($0 * inverse).rounded(.toNearestOrEven)) }
    let scale = product.scale * (largest / limit)
    return (0..<product.n).map { column in
      let weights = product.weights[column * product.k..<(column + 1) * product.k]
      let dot = zip(q, weights).reduce(0) { $0 + $1.0 * (Int($1.1) - Int(product.zeroPoint)) }
      return Float(dot) * scale + (bias?[column] ?? 0)
    }
  }
}

extension Product {
  /// Panels, the grid of each, and scratch, as `PackedMatrix` keeps them.
  func runU8(
    rows: Int, bias: [Float]?, ending: Int32 = Int32(VK_STORE), narrow: Bool = false
  ) -> [Float] {
    var panels = [UInt8](repeating: 0xAA, count: vk_packed_u8_count(n, k))
    vk_pack_u8(weights, n, k, 1, &panels)
    let count = (n + vk_u8_panel_width() - 1) / vk_u8_panel_width()
    let scales = [Float](repeating: scale, count: n)
    let zeros = [UInt8](repeating: zeroPoint, count: count)
    var scratch = [UInt8](repeating: 0xAA, count: vk_gemm_u8_scratch(k))
    var c = start
    panels.withUnsafeBufferPointer { panels in
      scales.withUnsafeBufferPointer { scales in
        zeros.withUnsafeBufferPointer { zeros in
          var all = vk_weights(
            outputs: n, inputs: k, panels: panels.baseAddress, scales: scales.baseAddress,
            zeros: zeros.baseAddress)
          vk_gemm_u8(rows, a, lda, &all, bias, ending, narrow ? 1 : 0, &c, n, &scratch)
        }
      }
    }
    return c
  }
}

@Suite struct QuantizedProductTests {
  /// Sums of 256 products are exact; what is left are a few roundings of f32 (of two planes or of
  /// sums of 256, and of the bias), and those of the activation.
  @Test(arguments: GEMMTests.shapes) func matchesIntegers(_ m: Int, _ n: Int, _ k: Int) {
    for lda in Set([k, max(1, k / 2)]) {
      let product = Product(m: m, n: n, k: k, lda: lda, seed: UInt64(m * 7919 + n * 31 + k))
      let reference = QuantizedReference(product: product)
      for bias in [nil, product.bias] {
        let stored = product.runU8(rows: m, bias: bias)
        let added = product.runU8(rows: m, bias: bias, ending: Int32(VK_ADD))
        let activated = product.runU8(rows: m, bias: bias, ending: Int32(VK_GELU))
        for row in 0..<m {
          var expected = reference.row(row, bias: bias)
          #expect(isNear(stored, expected, row: row, tolerance: 4e-7))
          let before = product.start[row * n..<(row + 1) * n]
          #expect(isNear(added, zip(expected, before).map(+), row: row, tolerance: 6e-7))
          vk_gelu(&expected, n)
          #expect(isNear(activated, expected, row: row, tolerance: 2e-6))
        }
      }
    }
  }

  /// Rows on grids of 8 bits: sums of up to 300 products are exact in f32.
  @Test(arguments: [(1, 1, 1), (3, 48, 16), (8, 60, 300), (97, 70, 50)])
  func narrowRowsMatchIntegers(_ m: Int, _ n: Int, _ k: Int) {
    let product = Product(m: m, n: n, k: k, lda: k, seed: UInt64(m * 7919 + n * 31 + k))
    let reference = QuantizedReference(product: product, limit: 127)
    let stored = product.runU8(rows: m, bias: product.bias, narrow: true)
    for row in 0..<m {
      let expected = reference.row(row, bias: product.bias)
      #expect(isNear(stored, expected, row: row, tolerance: 4e-7))
    }
  }

  /// Within the bound of the rounding: half a step of the row's grid for every weight.
  @Test(arguments: [false, true]) func isCloseToTheRealProduct(narrow: Bool) {
    let product = Product(m: 7, n: 60, k: 300, lda: 300, seed: 11)
    let c = product.runU8(rows: 7, bias: nil, narrow: narrow)
    let steps: Float = narrow ? 127 : 32512
    for row in 0..<7 {
      let a = product.a[row * 300..<(row + 1) * 300]
      let halfStep = (a.map(abs).max() ?? 0) / steps / 2
      for column in 0..<60 {
        let weights = (0..<300).map { product.weight(column, $0) }
        let exact = zip(a, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let bound = Double(halfStep * weights.map(abs).reduce(0, +)) + 1e-4
        #expect(abs(Double(c[row * 60 + column]) - exact) <= bound)
      }
    }
  }

  @Test func rowsDoNotDependOnTheirNeighbours() {
    let product = Product(m: 120, n: 70, k: 50, lda: 50, seed: 3)
    let all = product.runU8(rows: 120, bias: product.bias)
    for rows in [1, 2, 4, 7, 8, 9, 16, 17, 33, 95, 97] {
      let some = product.runU8(rows: rows, bias: product.bias)
      #expect(some[..<(rows * 70)] == all[..<(rows * 70)])
    }
  }

  @Test func aRowOfZerosGivesTheBias() {
    let weights = QuantizedTensor(
      bytes: TensorView([UInt8](repeating: 9, count: 48 * 8), shape: [48, 8]), scale: 1,
      zeroPoint: 3)
    let matrix = PackedMatrix(u8: [weights], outputs: 48, inputs: 8)
    let input = FloatBuffer(count: 8)
    let output = FloatBuffer(count: 48)
    let scratch = FloatBuffer(count: matrix.scratchCount)
    let bias = (0..<48).map(Float.init)
    matrix.multiply(
      input.matrix(1, 8), bias: bias, into: output.matrix(1, 48), scratch: scratch.base)
    #expect(output.matrix(1, 48).copied() == bias)
  }

  /// Joined layers and the taps of a convolution are laid out as their parts say.
  @Test func joinedPartsAndTaps() {
    var generator = SeededGenerator(state: 5)
    let parts = (0..<2).map { part in
      let bytes = (0..<48 * 6).map { _ in UInt8.random(in: 0...255, using: &generator) }
      return QuantizedTensor(
        bytes: TensorView(bytes, shape: [48, 3, 2]), scale: 0.5 + Float(part),
        zeroPoint: UInt8(100 + part))
    }
    let matrix = PackedMatrix(u8: parts, outputs: 48, inputs: 3, taps: 2)
    var row = [Float](repeating: 0, count: 6)
    for output in [0, 47, 48, 95] {
      matrix.copyWeights(of: output, into: &row)
      let part = parts[output / 48]
      let bytes = part.bytes.elements
      for tap in 0..<2 {
        for input in 0..<3 {
          let byte = bytes[output % 48 * 6 + input * 2 + tap]
          #expect(row[tap * 3 + input] == (Float(byte) - Float(part.zeroPoint)) * part.scales[0])
        }
      }
    }
  }

  /// Whether row `row` of `c` is `expected`, relative to the row's largest value.
  private func isNear(_ c: [Float], _ expected: [Float], row: Int, tolerance: Float) -> Bool {
    let n = expected.count
    let largest = max(expected.map(abs).max() ?? 0, 1)
    return zip(c[row * n..<(row + 1) * n], expected).allSatisfy {
      abs($0 - $1) <= tolerance * largest
    }
  }
}
