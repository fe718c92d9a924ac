@testable import Evaluation
import Fixtures
import Testing

@Suite struct WhisperNormaliserTests {
  /// Every case of the table, most of which the package whisper-normalizer treats alike.
  @Test func theTableOfCasesHolds() throws {
    let cases = try Goldens.lines("normaliser-cases.tsv").filter { !$0.hasPrefix("# ") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(cases.count >= 200)
    for fields in cases {
      try #require(fields.count == 4, "\(fields)")
      #expect(TextNormaliser.whisper.text(String(fields[0])) == fields[1], "\(fields[0])")
      #expect((fields[2] == "=") == fields[3].isEmpty, "a difference has its reason: \(fields)")
    }
  }

  /// LibriSpeech test-other and the turns of AMI as whisper-normalizer writes them. It leaves one
  /// full stop as a word, after "the last time.." in the 42nd turn.
  @Test(
    .enabled(if: Goldens.testOther != nil && Goldens.meetings != nil, "../shared/data is absent"))
  func referencesAreAsThePackageWritesThem() throws {
    let read = try #require(Goldens.testOther).map(\.transcript)
    let turns = try STM.turns(try #require(Goldens.meetings))
    let texts = read + turns.map(\.text)
    let golden = try Goldens.lines("references.txt")
    try #require(golden.count == texts.count)
    let different = texts.indices.filter {
      UInt64(golden[$0], radix: 16) != Self.hash(TextNormaliser.whisper.text(texts[$0]))
    }
    #expect(different.map { texts[$0] } == turns.map(\.text).filter { $0.hasSuffix("time..") })
  }

  /// FNV-1a.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Whatever the text, words have no white space and no symbols but those of numbers.
  @Test(arguments: 1...40)
  func anyTextBecomesWords(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "twenty", "five", "hundred", "million", "and", "a", "half", "point", "oh", "double", "first",
      "sixes", "minus", "per", "cent", "percent", "dollars", "cents", "$", "%", "5", "0", "3.5",
      ".",
      ",", "'", "’", "n't", "'s", "don't", "[", "]", "(", ")", "<", ">", "é", "e\u{301}", "ß", "½",
      "…", "日本", "🙂", "\u{AD}", "\u{200D}", "\u{0}", "\t", "\r\n", "-", "_", "colour", "ise", "is",
    ]
    let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in
      pieces[Int.random(in: 0..<pieces.count, using: &random)]
        + (Bool.random(using: &random) ? " " : "")
    }.joined()
    for word in TextNormaliser.whisper.words(text) {
      #expect(!word.isEmpty && !word.contains(where: \.isWhitespace), "\(text)")
      #expect(word.allSatisfy { $0.isLetter || $0.isNumber || ".%$¢€£+-".contains($0) }, "\(text)")
    }
    for word in TextNormaliser.plain.words(text) {
      #expect(!word.isEmpty && !word.contains(where: \.isWhitespace), "\(text)")
    }
  }

  /// Each takes the square of its length where the rest is looked through for every bracket.
  @Test(.timeLimit(.minutes(10)), arguments: ["[", "(", "<", "[(", "](", "a[b)"])
  func bracketsThatAreNeverClosedTakeNoTime(unit: String) {
    let text = String(repeating: unit, count: 300_000)
    #expect(BracketedText.removed(from: text).unicodeScalars.count == text.unicodeScalars.count)
  }

  @Test func bracketsAreRemovedWithWhatLiesBetween() {
    #expect(BracketedText.removed(from: "a[b]c[d(e]f)g<h") == "acf)g<h")
    #expect(BracketedText.removed(from: "[[[a]b]") == "b]")
  }
}
