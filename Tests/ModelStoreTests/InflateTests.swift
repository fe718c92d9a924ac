import Foundation
import Testing

@testable import ModelStore

@Suite struct InflateTests {
  private func inflate(_ input: [UInt8], size: Int) throws(InflateError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: size)
    var failure: InflateError?
    input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        do throws(InflateError) {
          try Inflate.decompress(input, into: output)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return output
  }

  /// Raw DEFLATE streams of zlib with their contents: all block types and strategies.
  private static let cases: [(compressed: [UInt8], plain: [UInt8])] = {
    let script = """
      import random, struct, sys, zlib
      random.seed(1)
      texts = [b'', b'a', b'abc' * 40000, bytes(70000), random.randbytes(70000),
          bytes(random.choices(range(256), [1.02 ** -i for i in range(256)], k=90000)),
          b''.join(b'%d,' % (i * i) for i in range(9000)), bytes(range(256)) * 300]
      for text in texts:
          for level in (0, 1, 6, 9):
              for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE):
                  c = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
                  d = c.compress(text[:50000]) + c.flush(zlib.Z_FULL_FLUSH)
                  d += c.compress(text[50000:]) + c.flush()
                  sys.stdout.buffer.write(struct.pack('<QQ', len(d), len(text)) + d + text)
      """
    guard let bytes = python(script) else { return [] }
    var cases: [(compressed: [UInt8], plain: [UInt8])] = []
    var position = 0
    func length() -> Int {
      defer { position += 8 }
      return bytes[position..<position + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func take(_ count: Int) -> [UInt8] {
      defer { position += count }
      return Array(bytes[position..<position + count])
    }
    while position < bytes.count {
      let (compressed, plain) = (length(), length())
      cases.append((take(compressed), take(plain)))
    }
    return cases
  }()

  @Test(.enabled(if: hasPython, "python3 is not installed")) func readsWhatZlibWrites() throws {
    #expect(Self.cases.count == 128)
    for (compressed, plain) in Self.cases {
      let isEqual = try inflate(compressed, size: plain.count) == plain
      #expect(isEqual)
    }
  }

  @Test(.enabled(if: hasPython, "python3 is not installed")) func sizesMustAgree() {
    for (compressed, plain) in Self.cases where !plain.isEmpty {
      #expect(throws: InflateError.wrongSize) { try inflate(compressed, size: plain.count - 1) }
      #expect(throws: InflateError.wrongSize) { try inflate(compressed, size: plain.count + 1) }
    }
  }

  @Test(.enabled(if: hasPython, "python3 is not installed")) func cutStreamsAreRefused() {
    for (compressed, plain) in Self.cases {
      for length in stride(from: 0, to: compressed.count, by: max(1, compressed.count / 7)) {
        #expect(throws: InflateError.truncated) {
          try inflate(Array(compressed[..<length]), size: plain.count)
        }
      }
    }
  }

  @Test(.enabled(if: hasPython, "python3 is not installed")) func flippedBitsDoNoHarm() {
    // Each must end, in an error or in some output of the declared size.
    for (compressed, plain) in Self.cases {
      for changed in compressed.flips(20) {
        if let output = try? inflate(changed, size: plain.count) {
          #expect(output.count == plain.count)
        }
      }
    }
  }

  // Bits are written lowest first: 0b1_01_… is the last block with fixed codes.
  @Test(
    arguments: [
      ([], .truncated),
      ([0b111], .reservedBlockType),
      ([0b001, 1, 0, 0, 0], .storedLength),
      ([0b001, 1, 0, 0xFE, 0xFF], .truncated),
      // A dynamic block that claims 288 literal codes; there are 286.
      ([0b1111_1101, 0xFF, 0xFF, 0xFF], .invalidCode),
      // Fixed codes: a copy (length code 257, seven bits 0000001) before any byte was written.
      ([0b0000_0011, 0b0000_0010, 0], .distanceTooFar),
    ] as [([UInt8], InflateError)]) func refuses(input: [UInt8], error: InflateError)
  {
    #expect(throws: error) { try inflate(input, size: 4) }
  }

  @Test(
    arguments: [
      [1, 1, 1], [2, 2, 2], [1, 2], [2, 2, 2, 3], [15], Array(repeating: 15, count: 300),
    ] as [[UInt8]]) func codesThatAreNotFullOrTooFullAreRefused(lengths: [UInt8])
  {
    var code = PrefixCode()
    #expect(throws: InflateError.invalidCode) { try code.build(lengths[...]) }
  }

  @Test(arguments: [[], [0, 0], [1], [0, 1], [1, 1], [1, 2, 2], [2, 2, 2, 2]] as [[UInt8]])
  func codesThatDeflateAllows(lengths: [UInt8]) throws {
    var code = PrefixCode()
    try code.build(lengths[...])
    #expect(code.width == Int(lengths.max() ?? 0))
  }
}
