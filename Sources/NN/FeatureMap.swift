/// A dense f32 picture of features `[height, width, channels]` in memory that somebody else owns.
package struct FeatureMap {
  /// First channel of the top left position.
  package let base: UnsafeMutablePointer<Float>
  package let height: Int
  package let width: Int
  package let channels: Int

  /// Makes a view of memory at `base`.
  package init(base: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int) {
    precondition(height >= 0 && width >= 0 && channels > 0)
    self.base = base
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Number of floats.
  package var count: Int { height * width * channels }

  /// The map of the same size that lies so many maps behind this one.
  package func following(_ maps: Int) -> FeatureMap {
    FeatureMap(base: base + maps * count, height: height, width: width, channels: channels)
  }

  /// First channel of the first position of a row.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    base + index * width * channels
  }

  /// The positions in reading order as a matrix `[height * width, channels]`.
  package var positions: MatrixView {
    MatrixView(base: base, rows: height * width, columns: channels, stride: channels)
  }
}

/// The largest value of each channel in square windows two apart; a window that reaches over the
/// right or lower edge is cut there, and none begins outside (PyTorch's `ceil_mode`).
package struct MaxPool: Sendable, Hashable {
  /// Positions across and down of a window.
  package let window: Int
  /// Distance between windows.
  package static let step = 2

  package init(window: Int) {
    precondition(window >= Self.step)
    self.window = window
  }

  /// Windows along a side of `length` positions; there is at least one position.
  package func outputLength(_ length: Int) -> Int {
    max(0, length - window + Self.step - 1) / Self.step + 1
  }

  /// `input [height, width, c]` to `output [outputLength(height), outputLength(width), c]`.
  package func callAsFunction(_ input: FeatureMap, into output: FeatureMap) {
    precondition(output.height == outputLength(input.height))
    precondition(output.width == outputLength(input.width) && output.channels == input.channels)
    let channels = input.channels
    for y in 0..<output.height {
      let rows = y * Self.step..<min(y * Self.step + window, input.height)
      for x in 0..<output.width {
        let columns = x * Self.step..<min(x * Self.step + window, input.width)
        let target = output.row(y) + x * channels
        target.update(
          from: input.row(rows.lowerBound) + columns.lowerBound * channels, count: channels)
        for row in rows {
          for column in columns {
            let source = input.row(row) + column * channels
            for channel in 0..<channels {
              target[channel] = max(target[channel], source[channel])
            }
          }
        }
      }
    }
  }
}

/// A rectifier with a learned slope below zero for each channel (He et al. 2015): `x` where it is
/// positive, else `slope * x`.
package struct PReLU: Sendable {
  private let slopes: [Float]

  /// A rectifier with `slopes [channels]`.
  package init(slopes: [Float]) { self.slopes = slopes }

  /// In place over the rows of `values [m, channels]`.
  package func callAsFunction(_ values: MatrixView) {
    precondition(values.columns == slopes.count)
    slopes.withUnsafeBufferPointer { slopes in
      for index in 0..<values.rows {
        let row = values.row(index)
        for channel in 0..<slopes.count {
          let value = row[channel]
          row[channel] = max(value, 0) + slopes[channel] * min(value, 0)
        }
      }
    }
  }
}
