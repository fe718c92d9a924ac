import LipEncoder

extension Picture {
  /// Each value the mean of those up to `reach` pixels away, three times over, which is close to a
  /// Gaussian with a deviation of `reach` pixels and a little.
  func blurred(reach: Int) -> Picture {
    var bytes = bytes
    for _ in 0..<3 {
      Self.average(&bytes, lines: height, of: width, stride: 3, lineStride: width * 3, reach)
      Self.average(&bytes, lines: width, of: height, stride: width * 3, lineStride: 3, reach)
    }
    return Picture(width: width, height: height, bytes: bytes)
  }

  /// Running means along lines of pixels, in place; the ends of a line go on for ever.
  private static func average(
    _ bytes: inout [UInt8], lines: Int, of length: Int, stride: Int, lineStride: Int, _ reach: Int
  ) {
    let count = 2 * reach + 1
    var line = [Int](repeating: 0, count: length)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for place in 0..<lines {
        for colour in 0..<3 {
          let origin = place * lineStride + colour
          for index in 0..<length { line[index] = Int(bytes[origin + index * stride]) }
          var sum = (-reach...reach).reduce(0) { $0 + line[min(max($1, 0), length - 1)] }
          for index in 0..<length {
            bytes[origin + index * stride] = UInt8((sum + count / 2) / count)
            sum += line[min(index + reach + 1, length - 1)] - line[max(index - reach, 0)]
          }
        }
      }
    }
  }

  /// Squares of `factor` pixels become one value each.
  func coarsened(by factor: Int) -> Picture {
    var bytes = bytes
    for top in Swift.stride(from: 0, to: height, by: factor) {
      for left in Swift.stride(from: 0, to: width, by: factor) {
        let rows = top..<min(top + factor, height)
        let columns = left..<min(left + factor, width)
        for colour in 0..<3 {
          let places = rows.flatMap { row in columns.map { (row * width + $0) * 3 + colour } }
          let mean = places.reduce(0) { $0 + Int(self.bytes[$1]) } / places.count
          for place in places { bytes[place] = UInt8(mean) }
        }
      }
    }
    return Picture(width: width, height: height, bytes: bytes)
  }
}
