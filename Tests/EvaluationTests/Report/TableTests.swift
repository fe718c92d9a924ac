import Testing

@testable import Evaluation

@Suite struct TableTests {
  @Test func columnsAreAligned() {
    let table = TextTable(
      columns: [.text("name"), .number("n")], rows: [["音声", "1"], ["a\nb", "1000"]])
    #expect(table.terminal() == "name     n\n音声     1\na b   1000\n")
    #expect(table.width == 10)
  }

  @Test(arguments: [10, 16, 20, 40, 200])
  func wordsGiveWayToNumbers(width: Int) {
    let table = TextTable(
      columns: [.text("name"), .number("n")],
      rows: [["a name that is rather long", "123"], ["short", "4"]])
    let lines = table.terminal(width: width).split(separator: "\n")
    // At its narrowest a name keeps six columns, beside a gap and three figures.
    #expect(lines.allSatisfy { $0.count <= max(width, 11) }, "\(lines)")
    #expect(lines[1].hasSuffix("123"))
  }

  @Test func markdownCellsCannotEndTheirCell() {
    let table = TextTable(columns: [.text("a|b")], rows: [["c\n| d |"]])
    #expect(table.markdown() == "| a\\|b |\n| --- |\n| c \\| d \\| |\n")
  }

  @Test func cleanSpeechIsInEveryNoisesRow() {
    let table = ScoreTable(cells: SampleReport.cells(noises: ["babble", "cafe"]))
    let rows = table.markdown().split(separator: "\n")
    #expect(rows.count == 4)
    #expect(rows[0] == "| noise | clean | 20 dB | 10 dB | 5 dB | 0 dB | -5 dB |")
    #expect(rows.dropFirst(2).allSatisfy { $0.contains("| 14.1 (") && !$0.contains("–  |") })
  }

  @Test func aMissingCellIsADash() {
    var cells = SampleReport.cells(noises: ["babble", "cafe"])
    cells.removeAll { $0.condition.noise == "cafe" && $0.condition.level == .decibels(0) }
    let row = ScoreTable(cells: cells).markdown().split(separator: "\n")[3]
    #expect(row.split(separator: "|").filter { $0 == " – " }.count == 1)
  }

  /// Where only speakers' streams are scored there is no grid, and their rates are shown.
  @Test func withoutWordErrorRateOtherScoresAreShown() {
    let cell = ScoredCell(
      condition: ScoreCondition(mode: "audio"), utterances: 7, words: 0, substitutions: 0,
      deletions: 0, insertions: 0, wordErrorRate: nil, cpWER: ScoreEstimate(0.5),
      wordTimeError: 0.0304, inventedWordsPerMinute: 1.5)
    let table = ScoreTable(cells: [cell])
    #expect(!table.hasRates)
    let lines = table.terminal(width: nil).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines[0].joined(separator: " ").contains("cpWER % word times ms invented words/min"))
    #expect(lines[1] == ["audio", "clean", "7", "0", "0", "0", "0", "50.00", "30", "1.50"])
    let document = ReportDocument(
      title: "t", facts: [], scores: [.init(normaliser: "n", cells: [cell])])
    #expect(!document.markdown().contains("## Word error rate"))
  }

  @Test(arguments: [nil, 200, 100, 80, 60, 46])
  func terminalTablesFit(width: Int?) {
    let cells = SampleReport.cells(modes: ["audio", "fused"], noises: ["babble", "street"])
    for text in [
      ScoreTable(cells: cells).terminal(width: width),
      SampleReport.comparison().terminal(width: width),
    ] {
      let widths = text.split(separator: "\n").map { ReportText.columns(String($0)) }
      #expect(widths.allSatisfy { $0 <= width ?? .max }, "\(text)")
    }
  }

  @Test func certainDifferencesAreMarked() {
    let rows: [(interval: ClosedRange<Double>?, mark: String)] = [
      (-0.02...(-0.001), "*"), (0.001...0.02, "*"), (-0.01...0.01, ""), (-0.01...0, ""), (nil, ""),
    ]
    for (interval, mark) in rows {
      let row = ComparisonTable.Row(
        condition: ScoreCondition(mode: ""), words: 10, first: ScoreEstimate(0.2),
        second: ScoreEstimate(0.19), difference: ScoreEstimate(-0.01, interval: interval),
        probabilityOfImprovement: 0.9)
      let table = ComparisonTable(first: "a", second: "b", rows: [row]).markdown()
      let line = table.split(separator: "\n").first { $0.contains("| 10 |") }
      #expect(line?.contains("\\*") == (mark == "*"))
    }
  }

  @Test func anEmptyReportHasNoSections() {
    let document = ReportDocument(title: "a *b*", facts: [], scores: [])
    #expect(document.markdown() == "# a \\*b\\*\n")
  }
}
