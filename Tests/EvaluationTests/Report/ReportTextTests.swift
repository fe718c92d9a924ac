import Foundation
import Support
import Testing

@testable import Evaluation

@Suite struct ReportTextTests {
  @Test(arguments: [
    ("a\nb\tc\u{1B}[31m", "a b c [31m"), ("a\u{2028}b", "a b"),
    ("\u{202E}gpj.exe", "\u{FFFD}gpj.exe"),
    ("ü 音声 🙂", "ü 音声 🙂"),
  ])
  func lineHasNoControls(text: String, line: String) {
    #expect(ReportText.line(text) == line)
  }

  @Test func markupIsEscaped() {
    #expect(
      ReportText.markup("<a b=\"c\" d='e'>&\u{0}\u{B}\u{FFFF}")
        == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test(arguments: ["", "a\"b\\c\n\u{0}\u{1F}", "</script><!--", "\u{2028}ü🙂\u{7F}", "a&amp;b"])
  func jsonIsReadAsWritten(text: String) throws {
    let json = ReportText.json(text)
    #expect(!json.contains { "<>&\u{2028}\n".contains($0) })
    let read = try JSONDecoder().decode([String].self, from: Data("[\(json)]".utf8))
    #expect(read == [text])
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"), ("<b>&", "&lt;b\\>&amp;"),
    ("a\n# b", "a \\# b"), ("[l](u)", "\\[l\\](u)"), ("c:\\x", "c:\\\\x"),
  ])
  func markdownHasNoMarks(text: String, markdown: String) {
    #expect(ReportText.markdown(text) == markdown)
  }

  @Test(arguments: [
    ("audio/a b.wav", "audio/a%20b.wav"), ("javascript:alert(1)", "javascript%3Aalert%281%29"),
    ("a#b?c%d", "a%23b%3Fc%25d"), ("ü\"<\n", "%C3%BC%22%3C%0A"), ("../x-1_2.~wav", "../x-1_2.~wav"),
  ])
  func pathsBecomeURLs(path: String, url: String) throws {
    #expect(path.urlPath == url)
    #expect(url.removingPercentEncoding == path)
  }

  @Test(arguments: [("abc", 3), ("音声", 4), ("e\u{301}", 1), ("🙂", 2), ("", 0)])
  func columns(text: String, columns: Int) {
    #expect(ReportText.columns(text) == columns)
  }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("音声認識", 5, "音声…"), ("音声認識", 4, "音…"),
    ("abc", 1, "…"), ("abc", 0, ""),
  ])
  func clipped(text: String, limit: Int, clipped: String) {
    #expect(ReportText.clipped(text, columns: limit) == clipped)
  }

  @Test func wrapped() {
    #expect(ReportText.wrapped("a bb ccc  dddd", columns: 6) == ["a bb", "ccc", "dddd"])
    #expect(ReportText.wrapped("longer a", columns: 3) == ["longer", "a"])
    #expect(ReportText.wrapped("", columns: 3) == [])
  }
}
