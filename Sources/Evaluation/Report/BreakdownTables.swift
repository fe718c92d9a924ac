/// Where the errors of a cell are, as tables of Markdown.
struct BreakdownTables {
  /// Confusions of a sort that are shown at most; `report.json` has more.
  private static let most = 15

  private let breakdown: ErrorBreakdown

  init(_ breakdown: ErrorBreakdown) {
    self.breakdown = breakdown
  }

  /// Headings and tables, each only where there is something in it.
  func markdown(of condition: String) -> [String] {
    let name = ReportText.markdown(condition)
    let groups = [("By speaker", breakdown.speakers), ("By kind of word", breakdown.wordClasses)]
      .filter { !$0.1.isEmpty }
      .flatMap { ["## \($0.0): \(name)\n", Self.groups($0.1).markdown()] }
    let confusions = confusions
    guard !confusions.rows.isEmpty else { return groups }
    return groups + ["## Most frequent errors: \(name)\n", confusions.markdown()]
  }

  private static func groups(_ groups: [ErrorBreakdown.Group]) -> TextTable {
    let rows = groups.map { group in
      let rate = group.counts.rate.map { rate in
        ScoreEstimate(rate, interval: group.interval.map { $0.lower...$0.upper })
      }
      let counts = group.counts
      return [
        group.name, String(counts.referenceLength), String(counts.substitutions),
        String(counts.deletions), String(counts.insertions), ReportNumber.estimate(rate, 1),
      ]
    }
    return TextTable(
      columns: [
        .text(""), .number("words"), .number("sub"), .number("del"), .number("ins"),
        .number("WER %"),
      ], rows: rows)
  }

  /// Substitutions, deletions and insertions side by side.
  private var confusions: TextTable {
    let sorts = [breakdown.substitutions, breakdown.deletions, breakdown.insertions]
    let length = min(Self.most, sorts.map(\.count).max() ?? 0)
    let rows = (0..<length).map { row in
      sorts.flatMap { sort in
        row < sort.count ? [Self.text(sort[row]), String(sort[row].count)] : ["", ""]
      }
    }
    return TextTable(
      columns: ["substituted", "deleted", "inserted"].flatMap { [.text($0), .number("")] },
      rows: rows)
  }

  private static func text(_ confusion: ErrorBreakdown.Confusion) -> String {
    [confusion.reference, confusion.hypothesis].compactMap(\.self).joined(separator: " → ")
  }
}
