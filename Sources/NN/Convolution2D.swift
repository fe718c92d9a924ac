/// A two-dimensional convolution over a map `[height, width, inputs]`, square in taps, step and
/// zero padding.
///
/// Windows are gathered into rows, a few rows of the output at a time so that they stay in the
/// cache, and multiplied.
package struct Convolution2D: Sendable {
  /// Taps of the filter across and down.
  package let kernel: Int
  /// Distance between windows.
  package let step: Int
  /// Zeros assumed around the map on each side.
  package let padding: Int
  private let weights: PackedMatrix
  private let bias: [Float]

  /// Makes a layer of `weight [outputs, inputs, kernel, kernel]` and `bias [outputs]`.
  package init(weight: TensorView<Float>, bias: [Float], step: Int = 1, padding: Int = 0) {
    precondition(weight.shape.count == 4 && weight.shape[2] == weight.shape[3])
    precondition(bias.count == weight.shape[0] && step > 0 && padding >= 0)
    kernel = weight.shape[2]
    self.step = step
    self.padding = padding
    self.bias = bias
    weights = PackedMatrix(
      f32: weight, outputs: weight.shape[0], inputs: weight.shape[1], taps: kernel * kernel)
  }

  /// Channels of the output.
  package var outputs: Int { weights.outputs }

  /// Windows along a side of `length` positions; 0 when it is too short.
  package func outputLength(_ length: Int) -> Int {
    let padded = length + 2 * padding
    return padded < kernel ? 0 : (padded - kernel) / step + 1
  }

  /// Values of windows gathered at a time: a quarter of a megabyte.
  private static let gathered = 65_536

  /// Floats of scratch that a call needs for an output of `width` positions across.
  package func scratchCount(width: Int) -> Int {
    max(Self.gathered, max(width, 1) * weights.inputs)
  }

  /// `input [height, width, inputs]` to `output [outputLength(height), outputLength(width), outputs]`;
  /// as many maps of these sizes as `maps` says lie one after another on either side.
  package func callAsFunction(
    _ input: FeatureMap, into output: FeatureMap, maps: Int = 1, scratch: borrowing FloatBuffer
  ) {
    precondition(output.height == outputLength(input.height))
    precondition(output.width == outputLength(input.width) && output.channels == outputs)
    precondition(input.channels * kernel * kernel == weights.inputs)
    precondition(scratch.count >= scratchCount(width: output.width), "scratch too small")
    let depth = weights.inputs
    let most = max(1, Self.gathered / max(1, output.width * depth))
    var first = 0
    while first < maps * output.height {
      let rows = min(most, maps * output.height - first)
      for index in 0..<rows {
        let (map, row) = (first + index).quotientAndRemainder(dividingBy: output.height)
        gather(
          input.following(map), row: row, columns: output.width,
          into: scratch.base + index * output.width * depth)
      }
      let count = rows * output.width
      bias.withUnsafeBufferPointer { bias in
        weights.multiply(
          scratch.matrix(count, depth), bias: bias.baseAddress,
          into: MatrixView(
            base: output.row(first), rows: count, columns: outputs, stride: outputs),
          scratch: scratch.base)
      }
      first += rows
    }
  }

  /// Copies the windows of a row of the output, tap after tap.
  private func gather(
    _ input: FeatureMap, row: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let channels = input.channels
    let depth = kernel * kernel * channels
    for tap in 0..<kernel {
      let y = row * step + tap - padding
      let rowTarget = target + tap * kernel * channels
      guard y >= 0 && y < input.height else {
        for column in 0..<columns {
          (rowTarget + column * depth).update(repeating: 0, count: kernel * channels)
        }
        continue
      }
      let source = input.row(y)
      for column in 0..<columns {
        let place = rowTarget + column * depth
        let x = column * step - padding
        if x >= 0 && x + kernel <= input.width {
          place.update(from: source + x * channels, count: kernel * channels)
        } else {
          for offset in 0..<kernel {
            let target = place + offset * channels
            if x + offset >= 0 && x + offset < input.width {
              target.update(from: source + (x + offset) * channels, count: channels)
            } else {
              target.update(repeating: 0, count: channels)
            }
          }
        }
      }
    }
  }
}
