/// The CRC-32 of ZIP and gzip (polynomial 0xEDB88320, reflected), eight bytes at a step.
package enum CRC32 {
  /// `tables[k * 256 + b]`: the remainder of byte `b` followed by `k` zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
      }
      tables[byte] = remainder
    }
    for index in 256..<tables.count {
      let shorter = tables[index - 256]
      tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
    }
    return tables
  }()

  /// Checksum of all `bytes`.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var remainder: UInt32 = 0xFFFF_FFFF
      var index = 0
      while index &+ 8 <= bytes.count {
        var word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        word ^= UInt64(remainder)
        remainder = 0
        for step in 0..<8 {
          let byte = Int(truncatingIfNeeded: word &>> UInt64(8 &* step)) & 0xFF
          remainder ^= table[(7 &- step) &* 256 &+ byte]
        }
        index &+= 8
      }
      while index < bytes.count {
        remainder = remainder &>> 8 ^ table[Int((remainder ^ UInt32(bytes[index])) & 0xFF)]
        index &+= 1
      }
      return ~remainder
    }
  }
}
