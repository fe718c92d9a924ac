import Foundation
import Testing

@testable import Evaluation

/// Pictures, pages and tables byte by byte. `RECORD_SNAPSHOTS=1` writes the files anew, to be looked
/// at (the pages in a browser) before they are committed.
@Suite struct ReportSnapshotTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots")
  private static let records = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

  private func expect(_ text: String, isAsIn name: String) throws {
    let file = Self.folder.appending(path: name)
    if Self.records {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(text == expected, "\(name)")
  }

  @Test func oneMode() throws {
    let chart = WERChart(
      cells: SampleReport.cells(), title: "Word error rate in noise",
      subtitle: "50 utterances, 872 words")
    try expect(chart.svg(), isAsIn: "one-mode.svg")
  }

  @Test func threeModesInFourNoises() throws {
    let cells = SampleReport.cells(
      modes: ["audio", "lips", "fused"], noises: ["babble", "cafe", "street", "white"])
    let chart = WERChart(
      cells: cells, title: "Word error rate in noise", subtitle: "50 utterances, 872 words")
    try expect(chart.svg(), isAsIn: "modes-and-noises.svg")
  }

  /// Little data, odd data and none.
  @Test(arguments: ["one-point", "extremes", "empty"])
  func chartsOfOddData(name: String) throws {
    let long = String(repeating: "a very long name of a recording ", count: 5)
    let extremes = SampleReport.cells(
      modes: [long, "<lips> & \"音声\""], noises: [long, "crowd"],
      levels: [.clean] + [40, 2.5, 2, 1.5, -20].map { .decibels($0) },
      pictures: ["clean", "blur", "mismatch"])
    let charts = [
      "one-point": WERChart(
        cells: SampleReport.cells(levels: [.clean]), title: "Word error rate", subtitle: ""),
      "extremes": WERChart(
        cells: extremes.map(SampleReport.hallucinated), title: long, subtitle: long + long),
      "empty": WERChart(cells: [], title: "Word error rate", subtitle: "0 utterances"),
    ]
    try expect(#require(charts[name]).svg(), isAsIn: "\(name).svg")
  }

  @Test func page() throws {
    let page = ErrorPage(title: "Errors of <test>", subtitle: "3 lines", lines: SampleReport.lines)
    var text = ""
    page.write(to: &text)
    try expect(text, isAsIn: "errors.html")
  }

  @Test func document() throws {
    try expect(SampleReport.document().markdown(), isAsIn: "report.md")
  }

  @Test func terminal() throws {
    let cells = SampleReport.cells(modes: ["audio", "fused"], noises: ["babble", "street"])
    let table = ScoreTable(cells: cells)
    let comparison = SampleReport.comparison()
    let text = [nil, 80, 50].map { width in
      "width \(width.map(String.init) ?? "of a pipe")\n\n\(table.terminal(width: width))\n"
        + comparison.terminal(width: width)
    }.joined(separator: "\n")
    try expect(text, isAsIn: "terminal.txt")
  }
}
