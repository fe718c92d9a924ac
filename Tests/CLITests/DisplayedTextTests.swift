import Testing

@testable import VisemeCommand

@Suite("Text from outside on a line")
struct DisplayedTextTests {
  @Test(arguments: [
    ("a\u{202E}gpj.mp4", "a\\u{202e}gpj.mp4"), ("a\nb", "a\\u{a}b"), ("\u{1B}[2J", "\\u{1b}[2J"),
    ("a\u{85}b\u{2028}c\u{2066}d", "a\\u{85}b\\u{2028}c\\u{2066}d"), ("plain", "plain"),
    ("Jürgen 会議 👩‍🔬", "Jürgen 会議 👩‍🔬"), ("", ""),
  ])
  func whatMovesOtherTextIsWrittenOut(text: String, shown: String) {
    #expect(displayed(text) == shown)
  }

  @Test func theMiddleOfALongTextIsLeftOut() {
    let text = "start" + String(repeating: "x", count: 50_000_000) + "end.mp4"
    let shown = displayed(text)
    #expect(shown.utf8.count <= 240)
    #expect(shown.hasPrefix("startxxx") && shown.hasSuffix("xxxend.mp4") && shown.contains("x...x"))
    // What is written out is never cut.
    let escapes = displayed(String(repeating: "\u{202E}", count: 1000), most: 60)
    #expect(escapes.utf8.count <= 60)
    #expect(escapes.replacing("\\u{202e}", with: "") == "...")
  }

  @Test func marksCountAsBytes() {
    #expect(displayed("e" + String(repeating: "\u{301}", count: 1_000_000)).utf8.count <= 240)
  }
}
