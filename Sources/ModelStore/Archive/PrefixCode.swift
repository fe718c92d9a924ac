/// A canonical prefix code of DEFLATE as one table: the next bits of the input are its index.
struct PrefixCode {
  /// For each value of the next `width` bits: symbol * 16 + length of its code word, or 0.
  private(set) var table: [UInt16] = [0]
  /// Length of the longest code word, at most 15 bits.
  private(set) var width = 0

  /// Makes the code whose word for symbol i has `lengths[i]` bits (0: the symbol is not used).
  ///
  /// A code may not be over-full. One that is not full is allowed only as DEFLATE's encoders make
  /// it: with a single word, or with none.
  mutating func build(_ lengths: ArraySlice<UInt8>) throws(InflateError) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    width = counts.lastIndex { $0 > 0 } ?? 0
    var nextWord = [Int](repeating: 0, count: 17)
    for length in 1...15 { nextWord[length + 1] = (nextWord[length] + counts[length]) << 1 }
    let free = (1 << width) - counts.indices.reduce(0) { $0 + counts[$1] << max(0, width - $1) }
    guard width == 0 || free == 0 || (free == 1 && width == 1) else { throw .invalidCode }

    table = [UInt16](repeating: 0, count: 1 << width)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let bits = Int(length)
      let word = nextWord[bits]
      nextWord[bits] += 1
      // Code words are stored from their highest bit on, the bit reader gives the lowest first.
      var index = Int(UInt16(word).bitReversed >> UInt16(16 - bits))
      while index < table.count {
        table[index] = UInt16(symbol) << 4 | UInt16(bits)
        index += 1 << bits
      }
    }
  }
}

/// Bits of a DEFLATE stream, lowest bit of each byte first.
struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Bits that have been read ahead; those from `available` on are zero.
  private var buffer: UInt64 = 0
  private var available = 0

  /// Reads `bytes`, which must outlive the reader.
  init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Fills the buffer with at least 48 bits, or with all that are left.
  private mutating func refill() {
    if position &+ 8 <= bytes.count {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let taken = (63 &- available) &>> 3
      let mask = (1 as UInt64) &<< UInt64(8 &* taken) &- 1
      buffer |= (word & mask) &<< UInt64(available)
      position &+= taken
      available &+= taken &* 8
    } else {
      while available <= 48, position < bytes.count {
        buffer |= UInt64(bytes[position]) &<< UInt64(available)
        position &+= 1
        available &+= 8
      }
    }
  }

  /// The next `count` bits, at most 16, as a number.
  mutating func take(_ count: Int) throws(InflateError) -> UInt32 {
    if available < count {
      refill()
      guard available >= count else { throw .truncated }
    }
    let value = UInt32(truncatingIfNeeded: buffer & ((1 as UInt64) &<< UInt64(count) &- 1))
    buffer &>>= UInt64(count)
    available &-= count
    return value
  }

  /// The next symbol of `code`.
  mutating func symbol(of code: borrowing PrefixCode) throws(InflateError) -> Int {
    if available < 15 { refill() }
    let entry = code.table[Int(truncatingIfNeeded: buffer) & (1 &<< code.width &- 1)]
    let length = Int(entry & 15)
    guard length > 0 else { throw .invalidSymbol }
    guard length <= available else { throw .truncated }
    buffer &>>= UInt64(length)
    available &-= length
    return Int(entry &>> 4)
  }

  /// Drops the bits up to the next byte of the input.
  mutating func alignToByte() {
    buffer &>>= UInt64(available & 7)
    available &-= available & 7
  }

  /// The next `count` whole bytes, after `alignToByte`.
  mutating func takeBytes(_ count: Int) throws(InflateError) -> UnsafeRawBufferPointer {
    let start = position - available / 8
    guard count <= bytes.count - start else { throw .truncated }
    position = start + count
    (buffer, available) = (0, 0)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }
}

extension UInt16 {
  /// The same bits in opposite order.
  fileprivate var bitReversed: UInt16 {
    var value = self
    value = (value & 0x5555) << 1 | (value >> 1 & 0x5555)
    value = (value & 0x3333) << 2 | (value >> 2 & 0x3333)
    value = (value & 0x0F0F) << 4 | (value >> 4 & 0x0F0F)
    return value.byteSwapped
  }
}
