/// Word error rates of two reports, or of two modes of one, side by side on the same utterances.
package struct ComparisonTable: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    /// What both have in common; the mode is empty where two modes are compared.
    package var condition: ScoreCondition
    /// Words of the reference.
    package var words: Int
    package var first: ScoreEstimate
    package var second: ScoreEstimate
    /// Second less first: negative where the second is better.
    package var difference: ScoreEstimate
    /// Share of paired bootstrap draws in which the second has fewer errors, from 0 to 1.
    package var probabilityOfImprovement: Double

    package init(
      condition: ScoreCondition, words: Int, first: ScoreEstimate, second: ScoreEstimate,
      difference: ScoreEstimate, probabilityOfImprovement: Double
    ) {
      self.condition = condition
      self.words = words
      self.first = first
      self.second = second
      self.difference = difference
      self.probabilityOfImprovement = probabilityOfImprovement
    }
  }

  /// What the first column of rates is about: a report's name or a mode.
  package var first: String
  package var second: String
  package var rows: [Row]
  /// Conditions that only one of the two has.
  package var onlyInFirst: [ScoreCondition]
  package var onlyInSecond: [ScoreCondition]
  /// In what else the two differ.
  package var differences: [ReportDifference] = []
  /// What is not the same set.
  package var recordings = Recordings()

  /// Numbers of recordings that only one of the two has, and of those with another reference in each.
  package struct Recordings: Sendable, Hashable {
    package var onlyInFirst = 0
    package var onlyInSecond = 0
    package var withOtherReference = 0
  }

  package init(
    first: String, second: String, rows: [Row], onlyInFirst: [ScoreCondition] = [],
    onlyInSecond: [ScoreCondition] = [], differences: [ReportDifference] = [],
    recordings: Recordings = Recordings()
  ) {
    self.differences = differences
    self.recordings = recordings
    self.first = first
    self.second = second
    self.rows = rows
    self.onlyInFirst = onlyInFirst
    self.onlyInSecond = onlyInSecond
  }

  /// For a terminal of so many columns; without a width, as for a pipe, nothing is left out.
  package func terminal(width: Int?) -> String {
    let names = "A: \(ReportText.line(first))\nB: \(ReportText.line(second))\n\n"
    let table = Detail.allCases.map(table).first(fitting: width)
    let notes = notes.flatMap { note in
      width.map { ReportText.wrapped(note, columns: $0) } ?? [note]
    }
    return names + table.terminal(width: width) + "\n" + notes.map { "\($0)\n" }.joined()
  }

  package func markdown() -> String {
    let names = "A: \(ReportText.markdown(first))  \nB: \(ReportText.markdown(second))\n\n"
    let notes = notes.map { ReportText.markdown($0) }.joined(separator: "  \n")
    return names + table(.full).markdown() + "\n" + notes + "\n"
  }

  /// How much a table says.
  private enum Detail: CaseIterable {
    case full
    /// Only the difference has its interval.
    case intervalOfDifference
    case noIntervals
    case ratesOnly
  }

  private func table(_ detail: Detail) -> TextTable {
    let columns: [TextTable.Column] =
      ConditionColumns.columns + [
        .number("words"), .number("A %"), .number("B %"), .number("B - A"), .text(""),
        .number("P(B better) %"),
      ]
    let rows = rows.map { row in
      let bare = { (estimate: ScoreEstimate) in ScoreEstimate(estimate.value) }
      let rates = [row.first, row.second].map { detail == .full ? $0 : bare($0) }
      let isWhole = detail == .full || detail == .intervalOfDifference
      return ConditionColumns.cells(row.condition) + [
        detail == .ratesOnly ? "" : String(row.words), ReportNumber.estimate(rates[0], 2),
        ReportNumber.estimate(rates[1], 2),
        ReportNumber.difference(isWhole ? row.difference : bare(row.difference), 2),
        Self.isCertain(row.difference) ? "*" : "",
        detail == .ratesOnly ? "" : ReportNumber.percent(row.probabilityOfImprovement, 1),
      ]
    }
    return TextTable(columns: columns, rows: rows).withoutEmptyColumns(among: columns.indices)
  }

  /// Whether the interval of the difference leaves out 0.
  private static func isCertain(_ difference: ScoreEstimate) -> Bool {
    difference.interval.map { !$0.contains(0) } ?? false
  }

  private var notes: [String] {
    var notes = [
      "B - A in percentage points: negative where B makes fewer errors; * where the 95 % interval"
        + " leaves out 0."
    ]
    notes += zip(["A", "B"], [onlyInFirst, onlyInSecond]).compactMap { name, conditions in
      let listed = conditions.map(\.description).joined(separator: "; ")
      return conditions.isEmpty ? nil : "Only in \(name): \(listed)."
    }
    notes += zip(["A", "B"], [recordings.onlyInFirst, recordings.onlyInSecond]).compactMap {
      name, count in
      count == 0 ? nil : "Recordings that only \(name) has: \(count); they are not compared."
    }
    if recordings.withOtherReference > 0 {
      notes.append(
        "Recordings whose references differ: \(recordings.withOtherReference); those with other numbers of "
          + "words are not compared.")
    }
    notes += differences.map { difference in
      let values = [difference.first, difference.second].map { $0 ?? ReportNumber.missing }
      return "Differs: \(ReportText.line(difference.name)): \(ReportText.line(values[0])) (A), "
        + "\(ReportText.line(values[1])) (B)."
    }
    return notes
  }
}

extension ScoreCondition {
  /// "audio, babble, 5 dB, picture blur".
  package var description: String {
    [mode, noise, level.description, picture.map { "picture \($0)" }].compactMap { $0 }
      .filter { !$0.isEmpty }.map(ReportText.line).joined(separator: ", ")
  }
}
