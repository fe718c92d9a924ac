/// Rows and columns of short texts, for a page or for a terminal.
struct TextTable: Sendable, Hashable {
  /// Which edge the texts of a column share.
  enum Alignment: Sendable, Hashable { case left, right }

  struct Column: Sendable, Hashable {
    let heading: String
    let alignment: Alignment

    /// A column of words.
    static func text(_ heading: String) -> Column { Column(heading: heading, alignment: .left) }
    /// A column of numbers.
    static func number(_ heading: String) -> Column { Column(heading: heading, alignment: .right) }
  }

  let columns: [Column]
  /// Each has as many texts as there are columns.
  let rows: [[String]]

  /// Without those of the columns `candidates` in which every row says that there is nothing.
  func withoutEmptyColumns(among candidates: Range<Int>) -> TextTable {
    let kept = columns.indices.filter { column in
      !candidates.contains(column)
        || rows.contains { !$0[column].isEmpty && $0[column] != ReportNumber.missing }
    }
    return TextTable(
      columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }

  /// A table of GitHub's Markdown.
  func markdown() -> String {
    let lines =
      [columns.map { ReportText.markdown($0.heading) }]
      + [columns.map { $0.alignment == .left ? "---" : "---:" }]
      + rows.map { $0.map(ReportText.markdown) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// Columns the table takes on a terminal.
  var width: Int { widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) }

  /// Lines of aligned columns. Where they are wider than `width` the widest columns of words are
  /// cut; without a width nothing is.
  func terminal(width limit: Int? = nil) -> String {
    let widths = limit.map { fitted(to: $0) } ?? widths
    let lines = ([columns.map(\.heading)] + rows).map { row in
      let cells = row.indices.map { column in
        let text = ReportText.clipped(ReportText.line(row[column]), columns: widths[column])
        let space = String(repeating: " ", count: widths[column] - ReportText.columns(text))
        return columns[column].alignment == .left ? text + space : space + text
      }
      let line = cells.joined(separator: String(repeating: " ", count: Self.gap))
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    return lines.joined()
  }

  private static let gap = 2
  /// Columns of words are cut no further than this.
  private static let leastWidth = 6

  private var widths: [Int] {
    columns.indices.map { column in
      ([columns[column].heading] + rows.map { $0[column] })
        .map { ReportText.columns(ReportText.line($0)) }.max() ?? 0
    }
  }

  private func fitted(to limit: Int) -> [Int] {
    var widths = widths
    var excess = width - limit
    while excess > 0 {
      let words = columns.indices.filter {
        columns[$0].alignment == .left && widths[$0] > Self.leastWidth
      }
      guard let widest = words.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}

extension [TextTable] {
  /// The first that is no wider than a terminal, or the last; without a width the first. There must
  /// be one.
  func first(fitting width: Int?) -> TextTable {
    guard let width else { return self[0] }
    return first { $0.width <= width } ?? self[count - 1]
  }
}
