import Decoding
import Fixtures
import Foundation
import SpeechModels
import Testing

/// What tokens write, and Moonshine's file of them.
@Suite struct VocabularyTests {
  /// The vocabulary of Moonshine's file of these pieces, "_" being its mark of a space.
  static func vocabulary(_ pieces: [[UInt8]]) throws -> Vocabulary {
    try VocabularyFile.read(file(pieces), count: pieces.count, space: MoonshineModel.spaceMark)
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

  @Test func spacesMayBePlain() throws {
    let pieces = [" a", "b", "\u{2581}"].map { Array($0.utf8) }
    let vocabulary = try VocabularyFile.read(Self.file(pieces), count: 3, space: [0x20])
    #expect(vocabulary.startsWord(0) && !vocabulary.startsWord(1) && !vocabulary.startsWord(2))
    #expect(vocabulary.text([0, 1, 2]) == "ab\u{2581}")
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
      // The mark stands for a space in a piece, not where it came as three bytes; a piece in angles too
      // short to be a control.
      ([10, 5, 6, 7, 11], "The\u{2581}s"), ([14], "<>"), ([15], "a<b>"),
      ([13, 10, 13, 11, 13], "The s"),
      // A character of which only a part was written.
      ([9, 3], "caf\u{FFFD}"), ([4, 11], "\u{FFFD}s"),
    ] as [([Int32], String)])
  func textOfTokens(tokens: [Int32], text: String) throws {
    #expect(try Self.vocabulary(Self.pieces).text(tokens) == text)
  }

  @Test
  func longEntriesHaveTwoLengthBytes() throws {
    let vocabulary = try Self.vocabulary(Self.pieces)
    #expect(vocabulary.count == Self.pieces.count)
    #expect(vocabulary.text([16]).count == 300)
  }

  @Test
  func wordsBeginWithTheMark() throws {
    let vocabulary = try Self.vocabulary(Self.pieces)
    let starts = (0..<Int32(Self.pieces.count)).filter(vocabulary.startsWord)
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
      let fault = #expect(throws: VocabularyFile.Fault.self) {
        try VocabularyFile.read(
          Array(whole.prefix(length)), count: Self.pieces.count, space: MoonshineModel.spaceMark)
      }
      let before = boundaries.filter { $0 <= length }.count - 1
      let expected: VocabularyFile.Fault =
        boundaries.contains(length)
        ? .count(expected: Self.pieces.count, found: before) : .truncated(token: before)
      #expect(fault == expected, "\(length) bytes")
    }
  }

  @Test
  func anotherNumberOfEntriesIsRefused() {
    #expect(throws: VocabularyFile.Fault.count(expected: 3, found: 2)) {
      try VocabularyFile.read([1, 65, 1, 66], count: 3, space: MoonshineModel.spaceMark)
    }
    #expect(throws: VocabularyFile.Fault.count(expected: 1, found: 2)) {
      try VocabularyFile.read([1, 65, 1, 66], count: 1, space: MoonshineModel.spaceMark)
    }
  }

  @Test(.enabled(if: InstalledModels.tokenizer != nil, "moonshine-tiny-en is not installed"))
  func theInstalledVocabularyIsAsDescribed() throws {
    let vocabulary = try InstalledVocabulary.load()
    #expect(vocabulary.count == 32_768)
    // 3...258 are the single bytes.
    for byte in 0...255 { #expect(vocabulary.bytes(of: Int32(3 + byte)) == [UInt8(byte)]) }
    let silent = (0..<32_768).filter { vocabulary.bytes(of: Int32($0)).isEmpty }
    #expect(silent == [0, 1, 2, 31_353] + Array(32_000..<32_768))
  }

  @Test(
    .enabled(if: InstalledModels.tokenizer != nil, "moonshine-tiny-en is not installed"),
    .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"),
    arguments: GoldenValues.clips)
  func goldenTokensGiveTheGoldenText(clip: String) throws {
    let decoded = try #require(GoldenValues.shared?.clip[clip]).f32
    #expect(try InstalledVocabulary.load().text(decoded.ids) == decoded.text)
  }
}
