import Foundation
import Testing

@testable import Evaluation

@Suite struct ErrorPageTests {
  private func text(_ lines: [ErrorLine]) -> String {
    var text = ""
    ErrorPage(title: "t", subtitle: "s", lines: lines).write(to: &text)
    return text
  }

  /// The data that the page's script reads.
  private func data(_ lines: [ErrorLine]) throws -> (properties: [[Any]], lines: [[Any]]) {
    let text = text(lines)
    let start = try #require(text.range(of: "id=\"data\">"))
    let end = try #require(text.range(of: "</script>", range: start.upperBound..<text.endIndex))
    let json = Data(text[start.upperBound..<end.lowerBound].utf8)
    let read = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    return (
      try #require(read["properties"] as? [[Any]]), try #require(read["lines"] as? [[Any]])
    )
  }

  @Test func countsAreThoseOfTheEdits() {
    let counts = SampleReport.lines[1].counts
    #expect(counts.substitutions == 1 && counts.deletions == 1 && counts.insertions == 1)
    #expect(counts.words == 8 && counts.damage == 3)
  }

  @Test func theMostDamagedIsFirst() throws {
    let condition = ScoreCondition(mode: "audio")
    let damages: [(name: String, errors: Int, words: Int)] = [
      ("none", 0, 5), ("long", 2, 9), ("short", 2, 3), ("most", 4, 90), ("later", 2, 9),
    ]
    let lines = damages.map { line in
      let same = Array(repeating: AlignedEdit.same("a"), count: line.words - line.errors)
      let errors = Array(repeating: AlignedEdit.deleted("b"), count: line.errors)
      return ErrorLine(utterance: line.name, condition: condition, edits: same + errors)
    }
    let names = try data(lines).lines.compactMap { $0[0] as? String }
    #expect(names == ["most", "short", "long", "later", "none"])
  }

  /// What the page holds is what was given, however it is spelt, and none of it is markup.
  @Test func dataAreReadAsGiven() throws {
    let read = try data(SampleReport.lines)
    let properties = read.properties.compactMap { $0[1] as? [String] }
    #expect(
      properties == [["audio"], ["", "babble", "a\"<b>'&"], ["clean", "-5 dB"], [""]])
    let hostile = try #require(
      read.lines.first { $0[0] as? String == "</script><img src=x onerror=alert(1)>" })
    #expect(hostile[1] as? [Int] == [0, 2, 1, 0])
    #expect(hostile[2] as? [Int] == [1, 0, 1, 1, 2])
    let edits = try #require(hostile[3] as? [[Any]])
    #expect(edits[0][0] as? Int == 0 && edits[0][1] as? String == "<b>")
    #expect(edits[1] as? [String] == ["\u{2028}", "\\\""])
    #expect(hostile[5] as? String == "a\nb\u{0}" && hostile[7] is NSNull)
    #expect(hostile[8] as? String == "a%23%3F%25%3A/%C3%BC%20%22%3C.wav")
    // The page's own three scripts end, and no fourth.
    #expect(text(SampleReport.lines).components(separatedBy: "</script").count == 3)
    #expect(!text(SampleReport.lines).contains("<img"))
  }

  @Test func wordsThatAreTheSameAreOnePiece() throws {
    let edits: [AlignedEdit] = [.same("a"), .same("b c"), .deleted("d"), .same("e")]
    let line = ErrorLine(
      utterance: "u", condition: ScoreCondition(mode: "audio"), edits: edits)
    let written = try #require(try data([line]).lines.first?[3] as? [Any])
    #expect(written.count == 3)
    #expect(written[0] as? String == "a b c" && written[2] as? String == "e")
  }

  @Test func withoutLinesThereIsAPage() throws {
    #expect(try data([]).lines.isEmpty)
  }

  /// The page asks nothing of the network.
  @Test func thePageStandsAlone() {
    let page = text(SampleReport.lines)
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("//cdn"))
    #expect(page.contains("default-src 'none'"))
  }
}
