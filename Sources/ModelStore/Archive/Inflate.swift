/// Why a DEFLATE stream cannot be read.
package enum InflateError: Error, Sendable, Hashable {
  case truncated
  case reservedBlockType
  /// The length of a stored block disagrees with its complement.
  case storedLength
  /// Code lengths that form no prefix code, or that repeat beyond their number.
  case invalidCode
  /// Bits that no code word starts with, or a symbol that DEFLATE does not use.
  case invalidSymbol
  /// A copy from before the start of the output.
  case distanceTooFar
  /// The stream holds more, or fewer, bytes than were declared.
  case wrongSize
}

/// DEFLATE (RFC 1951) from one buffer into another whose size is known beforehand, so the output
/// can never grow beyond what the caller allowed.
struct Inflate: ~Copyable {
  private var input: BitReader
  private let output: UnsafeMutableRawBufferPointer
  private var written = 0
  private var literals = PrefixCode()
  private var distances = PrefixCode()

  /// Decompresses `input` into `output`, which it must fill exactly.
  static func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(InflateError) {
    var inflate = Inflate(input: BitReader(bytes: input), output: output)
    try inflate.run()
  }

  private init(input: BitReader, output: UnsafeMutableRawBufferPointer) {
    self.input = input
    self.output = output
  }

  private mutating func run() throws(InflateError) {
    var isLast = false
    repeat {
      isLast = try input.take(1) == 1
      switch try input.take(2) {
      case 0: try copyStored()
      case 1:
        try setFixedCodes()
        try copySymbols()
      case 2:
        try readDynamicCodes()
        try copySymbols()
      default: throw .reservedBlockType
      }
    } while !isLast
    guard written == output.count else { throw .wrongSize }
  }

  private mutating func copyStored() throws(InflateError) {
    input.alignToByte()
    let length = try input.take(16)
    guard try input.take(16) == ~length & 0xFFFF else { throw .storedLength }
    let bytes = try input.takeBytes(Int(length))
    guard bytes.count <= output.count - written else { throw .wrongSize }
    UnsafeMutableRawBufferPointer(rebasing: output[written...]).copyMemory(from: bytes)
    written += bytes.count
  }

  /// The codes of RFC 1951, 3.2.6.
  private mutating func setFixedCodes() throws(InflateError) {
    var lengths = [UInt8](repeating: 8, count: 288)
    for symbol in 144..<256 { lengths[symbol] = 9 }
    for symbol in 256..<280 { lengths[symbol] = 7 }
    try literals.build(lengths[...])
    try distances.build([UInt8](repeating: 5, count: 32)[...])
  }

  /// Reads the codes of a dynamic block (RFC 1951, 3.2.7).
  private mutating func readDynamicCodes() throws(InflateError) {
    let literalCount = Int(try input.take(5)) + 257
    let distanceCount = Int(try input.take(5)) + 1
    let lengthCount = Int(try input.take(4)) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .invalidCode }
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for index in Self.codeLengthOrder.prefix(lengthCount) {
      codeLengths[index] = UInt8(try input.take(3))
    }
    try literals.build(codeLengths[...])
    var lengths: [UInt8] = []
    let total = literalCount + distanceCount
    while lengths.count < total {
      let symbol = try input.symbol(of: literals)
      switch symbol {
      case 0..<16:
        lengths.append(UInt8(symbol))
      case 16:
        guard let last = lengths.last else { throw .invalidCode }
        lengths.append(contentsOf: repeatElement(last, count: 3 + Int(try input.take(2))))
      case 17:
        lengths.append(contentsOf: repeatElement(0, count: 3 + Int(try input.take(3))))
      default:
        lengths.append(contentsOf: repeatElement(0, count: 11 + Int(try input.take(7))))
      }
    }
    // Repeats may not run past the end, and a block without an end could never stop.
    guard lengths.count == total, lengths[256] != 0 else { throw .invalidCode }
    try literals.build(lengths[..<literalCount])
    try distances.build(lengths[literalCount...])
  }

  /// Order in which the lengths of the code length code are stored.
  private static let codeLengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private mutating func copySymbols() throws(InflateError) {
    while true {
      let symbol = try input.symbol(of: literals)
      if symbol < 256 {
        guard written < output.count else { throw .wrongSize }
        output[written] = UInt8(truncatingIfNeeded: symbol)
        written &+= 1
      } else if symbol == 256 {
        return
      } else {
        try copyMatch(lengthSymbol: symbol &- 257)
      }
    }
  }

  private mutating func copyMatch(lengthSymbol: Int) throws(InflateError) {
    guard lengthSymbol < 29 else { throw .invalidSymbol }
    let length =
      Self.lengthBases[lengthSymbol] &+ Int(try input.take(Self.lengthBits(lengthSymbol)))
    let symbol = try input.symbol(of: distances)
    guard symbol < 30 else { throw .invalidSymbol }
    let distance = Self.distanceBases[symbol] &+ Int(try input.take(max(0, symbol / 2 - 1)))
    guard distance <= written else { throw .distanceTooFar }
    guard length <= output.count &- written else { throw .wrongSize }
    // Source and target may overlap: then the copy repeats its own output, byte by byte.
    for index in written..<written &+ length { output[index] = output[index &- distance] }
    written &+= length
  }

  /// Extra bits of a length symbol (RFC 1951, 3.2.5), 0 standing for 257.
  private static func lengthBits(_ symbol: Int) -> Int {
    symbol < 8 || symbol == 28 ? 0 : symbol / 4 - 1
  }

  /// Smallest length of each length symbol.
  private static let lengthBases: [Int] =
    (0..<28).map { $0 < 8 ? $0 + 3 : (4 + $0 % 4) << ($0 / 4 - 1) + 3 } + [258]
  /// Smallest distance of each distance symbol.
  private static let distanceBases: [Int] =
    (0..<30).map { $0 < 4 ? $0 + 1 : (2 + $0 % 2) << ($0 / 2 - 1) + 1 }
}
