/// An upright RGB picture.
package struct Picture: Sendable {
  package let width: Int
  package let height: Int
  /// Rows from the top, tightly packed: `height * width * 3` bytes.
  package let bytes: [UInt8]

  /// Makes a picture of `bytes`.
  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0 && bytes.count == width * height * 3)
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  /// The whole picture.
  var bounds: PixelRegion { PixelRegion(columns: 0..<width, rows: 0..<height) }

  /// The picture with squares of `factor x factor` pixels as one each, their mean; what is left over at the
  /// right and the bottom is cut off.
  func reduced(by factor: Int) -> Picture {
    let (across, tall) = (width / factor, height / factor)
    precondition(factor > 0 && across > 0 && tall > 0)
    let (row, share) = (across * factor * 3, UInt32(factor * factor))
    var sums = [UInt32](repeating: 0, count: row)
    let reduced = [UInt8](unsafeUninitializedCapacity: across * tall * 3) { target, count in
      bytes.withUnsafeBufferPointer { source in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<tall {
            for place in 0..<row { sums[place] = 0 }
            for line in 0..<factor {
              let first = (y * factor + line) * width * 3
              for place in 0..<row { sums[place] &+= UInt32(source[first + place]) }
            }
            for x in 0..<across {
              for channel in 0..<3 {
                var sum: UInt32 = share / 2
                for column in 0..<factor {
                  sum &+= sums[(x * factor + column) * 3 + channel]
                }
                target[(y * across + x) * 3 + channel] = UInt8(truncatingIfNeeded: sum / share)
              }
            }
          }
        }
      }
      count = across * tall * 3
    }
    return Picture(width: across, height: tall, bytes: reduced)
  }

  /// Writes rows `band` of this region resized to `height x width`, as the networks take it:
  /// `(v - 127.5) / 128`.
  ///
  /// Each output is the mean over the pixels that its cell touches, as PyTorch's adaptive average
  /// pooling takes them: `floor(i n / m) ..< ceil((i + 1) n / m)`.
  func resample(
    _ region: PixelRegion, height: Int, width: Int, band: Range<Int>,
    into target: UnsafeMutablePointer<Float>, sums: inout [Int32]
  ) {
    let across = region.columns.count
    if sums.count < across * 3 { sums = Array(repeating: 0, count: across * 3) }
    bytes.withUnsafeBufferPointer { pixels in
      sums.withUnsafeMutableBufferPointer { sums in
        for y in band {
          let rows = Self.cell(y, of: height, over: region.rows)
          addRows(rows, region.columns, pixels, into: sums)
          var written = target + (y - band.lowerBound) * width * 3
          for x in 0..<width {
            let columns = Self.cell(x, of: width, over: 0..<across)
            let scale = 1 / Float(columns.count * rows.count)
            var (red, green, blue): (Int32, Int32, Int32) = (0, 0, 0)
            for column in columns {
              red += sums[column * 3]
              green += sums[column * 3 + 1]
              blue += sums[column * 3 + 2]
            }
            written[0] = (Float(red) * scale - 127.5) * 0.0078125
            written[1] = (Float(green) * scale - 127.5) * 0.0078125
            written[2] = (Float(blue) * scale - 127.5) * 0.0078125
            written += 3
          }
        }
      }
    }
  }

  /// Sums of rows, value by value.
  private func addRows(
    _ rows: Range<Int>, _ columns: Range<Int>, _ pixels: UnsafeBufferPointer<UInt8>,
    into sums: UnsafeMutableBufferPointer<Int32>
  ) {
    let count = columns.count * 3
    for (index, row) in rows.enumerated() {
      let source = UnsafeBufferPointer(
        rebasing: pixels[((row * width + columns.lowerBound) * 3)...].prefix(count))
      if index == 0 {
        for place in 0..<count { sums[place] = Int32(source[place]) }
      } else {
        for place in 0..<count { sums[place] &+= Int32(source[place]) }
      }
    }
  }

  private static func cell(_ index: Int, of count: Int, over range: Range<Int>) -> Range<Int> {
    let first = index * range.count / count
    let end = ((index + 1) * range.count + count - 1) / count
    return range.lowerBound + first..<range.lowerBound + end
  }
}

/// A rectangle of whole pixels that lies in a picture.
struct PixelRegion: Hashable {
  let columns: Range<Int>
  let rows: Range<Int>
}
