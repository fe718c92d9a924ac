import Decoding
import Fixtures
import Foundation
import Testing

@Suite struct TokenizerTests {
  /// A tokenizer of these pieces, "_" being the space mark.
  static func tokenizer(_ pieces: [[UInt8]]) throws -> Tokenizer {
    try Tokenizer(bytes: file(pieces), count: pieces.count)
  }

  static func piece(_ text: String) -> [UInt8] { Array(text.replacing("_", with: "\u{2581}").utf8) }

  private static func file(_ pieces: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      if piece.count < 128 {
        bytes.append(UInt8(piece.count))
      } else {
        bytes.append(UInt8(128 + piece.count % 128))
        bytes.append(UInt8(piece.count / 128))
      }
      bytes += piece
    }
    return bytes
  }

  private static let pieces: [[UInt8]] = {
    let controls = ["<unk>", "<s>", "</s>"].map(piece)
    let single: [[UInt8]] = [[0xC3], [0xA9], [0xE2], [0x96], [0x81], []]
    let long = String(repeating: "x", count: 300)
    let others = ["_caf", "_The", "s", ".", "_", "<>", "a<b>", long].map(piece)
    return controls + single + others
  }()

  @Test(
    arguments: [
      ([10, 11, 12], "Thes."), ([9, 3, 4], "café"), ([9, 3, 4, 10], "café The"),
      // Control tokens and tokens out of range say nothing.
      ([1, 10, 2], "The"), ([-1, 10, 99], "The"), ([8], ""), ([], ""), ([13, 13], ""),
      // A mark of space that came as three bytes; a piece in angles too short to be a control.
      ([10, 5, 6, 7, 11], "The s"), ([14], "<>"), ([15], "a<b>"),
      ([13, 10, 13, 11, 13], "The s"),
      // A character of which only a part was written.
      ([9, 3], "caf\u{FFFD}"), ([4, 11], "\u{FFFD}s"),
    ] as [([Int32], String)])
  func textOfTokens(tokens: [Int32], text: String) throws {
    #expect(try Self.tokenizer(Self.pieces).text(tokens) == text)
  }

  @Test
  func longEntriesHaveTwoLengthBytes() throws {
    let tokenizer = try Self.tokenizer(Self.pieces)
    #expect(tokenizer.count == Self.pieces.count)
    #expect(tokenizer.text([16]).count == 300)
  }

  @Test
  func wordsBeginWithTheMark() throws {
    let tokenizer = try Self.tokenizer(Self.pieces)
    let starts = (0..<Int32(Self.pieces.count)).filter(tokenizer.startsWord)
    #expect(starts == [9, 10, 13])
  }

  @Test
  func everyTruncationIsFound() throws {
    let whole = Self.file(Self.pieces)
    var boundaries: Set<Int> = [0]
    var position = 0
    for piece in Self.pieces {
      position += piece.count + (piece.count < 128 ? 1 : 2)
      boundaries.insert(position)
    }
    for length in 0..<whole.count {
      let fault = #expect(throws: Tokenizer.Fault.self) {
        try Tokenizer(bytes: Array(whole.prefix(length)), count: Self.pieces.count)
      }
      let before = boundaries.filter { $0 <= length }.count - 1
      let expected: Tokenizer.Fault =
        boundaries.contains(length)
        ? .count(expected: Self.pieces.count, found: before) : .truncated(token: before)
      #expect(fault == expected, "\(length) bytes")
    }
  }

  @Test
  func anotherNumberOfEntriesIsRefused() {
    #expect(throws: Tokenizer.Fault.count(expected: 3, found: 2)) {
      try Tokenizer(bytes: [1, 65, 1, 66], count: 3)
    }
    #expect(throws: Tokenizer.Fault.count(expected: 1, found: 2)) {
      try Tokenizer(bytes: [1, 65, 1, 66], count: 1)
    }
  }

  @Test(.enabled(if: InstalledModels.tokenizer != nil, "moonshine-tiny-en is not installed"))
  func theInstalledTokenizerIsAsDescribed() throws {
    let tokenizer = try InstalledTokenizer.load()
    #expect(tokenizer.count == 32_768)
    // 3...258 are the single bytes.
    for byte in 0...255 { #expect(tokenizer.bytes(of: Int32(3 + byte)) == [UInt8(byte)]) }
    let silent = (0..<32_768).filter { tokenizer.bytes(of: Int32($0)).isEmpty }
    #expect(silent == [0, 1, 2, 31_353] + Array(32_000..<32_768))
  }

  @Test(
    .enabled(if: InstalledModels.tokenizer != nil, "moonshine-tiny-en is not installed"),
    .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"),
    arguments: GoldenValues.clips)
  func goldenTokensGiveTheGoldenText(clip: String) throws {
    let decoded = try #require(GoldenValues.shared?.clip[clip]).f32
    #expect(try InstalledTokenizer.load().text(decoded.ids) == decoded.text)
  }
}
