import Testing

@testable import Support

@Suite("Combining marks")
struct MarkCounterTests {
  static let few = [
    "", "Jürgen", "e" + String(repeating: "\u{301}", count: 64), #"e\u0301\u0316"#,
    // Escapes of letters, of a pair that is a letter, and a backslash that is one.
    String(repeating: #"\u4f1a"#, count: 200), String(repeating: #"\ud83d\ude00"#, count: 200),
    String(repeating: #"\\u0301"#, count: 200), String(repeating: "e\u{301}", count: 200),
    String(repeating: #"\u03"#, count: 200), String(repeating: "\u{1F1E9}\u{1F1EA} ", count: 200),
  ]
  static let many = [
    "e" + String(repeating: "\u{301}", count: 65), String(repeating: "\u{301}\u{316}", count: 40),
    String(repeating: #"\u0301"#, count: 65), String(repeating: "\\u0316\u{301}", count: 40),
    // U+1D165, a mark of music, as a pair.
    String(repeating: #"\ud834\udd65"#, count: 65),
    // Flags without anything between them.
    String(repeating: "\u{1F1E9}\u{1F1EA}", count: 33),
  ]

  @Test(arguments: few) func textIsLeftAlone(text: String) {
    #expect(!MarkCounter.areMany(in: text))
  }

  @Test(arguments: many) func marksAreCounted(text: String) {
    #expect(MarkCounter.areMany(in: text))
    #expect(MarkCounter.areMany(in: "\"a\": \"\(text)\""))
  }
}
