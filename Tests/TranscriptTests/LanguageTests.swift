import Foundation
import Testing

@testable import Transcript

/// Text without spaces, of wide letters and other punctuation.
@Suite struct LanguageTests {
  private func cues(
    _ pieces: [String], language: String, joined: Bool = true, pace: Double = 0.2
  ) -> [Cue] {
    let words = pieces.enumerated().map { index, piece in
      Word(
        text: piece, start: Double(index) * pace, end: Double(index + 1) * pace, confidence: 1,
        isJoined: joined && index > 0)
    }
    let segment = Segment(
      start: 0, end: Double(pieces.count) * pace, track: 1, words: words)
    return CueLayout.cues(for: [segment], language: language)
  }

  private static let japanese = [
    "今日", "は", "と", "ても", "天", "気", "が", "いい", "ので、", "公", "園", "まで", "散", "歩", "し", "ま", "した。",
    "そ", "れ", "から", "コー", "ヒー", "を", "飲", "み", "ました。",
  ]

  @Test func piecesAreWrittenWithoutSpaces() {
    let cues = cues(Self.japanese, language: "ja")
    #expect(cues.flatMap(\.lines).joined() == Self.japanese.joined())
    #expect(!cues.flatMap(\.lines).contains { $0.contains(" ") })
  }

  @Test func linesAreCountedInColumns() {
    for cue in cues(Self.japanese, language: "ja") {
      for line in cue.lines { #expect(TextColumns.count(line) <= 42) }
    }
    #expect(TextColumns.count("今日は a") == 8)
    #expect(TextColumns.count("नमस्ते") < "नमस्ते".unicodeScalars.count)
  }

  @Test func smallKanaAndLengthMarksBeginNoLine() {
    for cue in cues(Self.japanese, language: "ja") {
      for line in cue.lines {
        #expect(Script(line.first).isFollower == false, "\(line)")
      }
    }
    #expect(Script.boundary(.hiragana, .han) < Script.boundary(.katakana, .katakana))
  }

  @Test(arguments: [("。", "ja"), ("؟", "ar"), ("।", "hi"), (".", "de")])
  func sentencesEndWithTheirOwnMarks(mark: String, language: String) {
    let left = Token("x\(mark)")
    let right = Token("Y")
    #expect(
      PhraseBoundary(left: left, right: right, before: .plain, rules: .general) == .sentence)
  }

  @Test func englishRulesAreForEnglish() {
    let (left, right) = (Token("an"), Token("der"))
    #expect(PhraseBoundary(left: left, right: right, before: .plain) == .strongBond)
    #expect(
      PhraseBoundary(left: left, right: right, before: .plain, rules: .general) == .plain)
    #expect(PhraseRules(language: "en-GB") == .english && PhraseRules(language: "de") == .general)
  }

  @Test func wordsThatWereKeptBeforeAreRead() throws {
    let kept = Data("{\"text\":\"a\",\"start\":0,\"end\":1,\"confidence\":1}".utf8)
    var word = try JSONDecoder().decode(Word.self, from: kept)
    #expect(!word.isJoined)
    let encoded = String(decoding: try JSONEncoder().encode(word), as: UTF8.self)
    #expect(!encoded.contains("joined"))
    word.isJoined = true
    let again = try JSONDecoder().decode(Word.self, from: try JSONEncoder().encode(word))
    #expect(again == word && again.isJoined)
  }

  @Test func segmentsTellTheirText() {
    let words = ["今日", "は"].map {
      Word(text: $0, start: 0, end: 1, confidence: 1, isJoined: $0 == "は")
    }
    #expect(Segment(start: 0, end: 1, track: 1, words: words).text == "今日は")
    #expect(!WrittenLanguage.hasSpaces("zh-TW") && WrittenLanguage.hasSpaces("ko"))
  }
}

extension Script {
  fileprivate var isFollower: Bool {
    if case .follower = self { true } else { false }
  }
}
