/// Word error rates as a grid, noise by level, and all scores cell by cell.
package struct ScoreTable: Sendable, Hashable {
  private let cells: [ScoredCell]

  /// The cells in the order of first occurrence of their modes, noises and treatments of the picture,
  /// then from clean to the lowest ratio.
  package init(cells: [ScoredCell]) {
    let conditions = cells.map(\.condition)
    let modes = ranks(conditions.map(\.mode))
    let noises = ranks([nil] + conditions.map(\.noise))
    let pictures = ranks(conditions.map(\.picture))
    let place = { (condition: ScoreCondition) in
      (modes[condition.mode] ?? 0, noises[condition.noise] ?? 0, pictures[condition.picture] ?? 0)
    }
    self.cells = cells.sorted { left, right in
      let (before, after) = (place(left.condition), place(right.condition))
      return before == after ? left.condition.level < right.condition.level : before < after
    }
  }

  /// Whether there is a word error rate to put into the grid.
  package var hasRates: Bool { cells.contains { $0.wordErrorRate != nil } }

  /// The grid for a terminal of so many columns: without intervals where these have no room, and a
  /// line for each cell where the grid has none. Without a width, as for a pipe, nothing is left
  /// out. Where there is no word error rate, the other scores cell by cell.
  package func terminal(width: Int?) -> String {
    guard hasRates else { return details.terminal(width: width) }
    let candidates = [grid(hasIntervals: true), grid(hasIntervals: false), list]
    let table = candidates.first(fitting: width)
    return "word error rate in %\n\n" + table.terminal(width: width)
  }

  /// For each mode a grid of rates in percent with their intervals, in Markdown.
  package func markdown() -> String {
    let modes = cells.map(\.condition.mode).firstOccurrences()
    return modes.map { mode in
      let table = ScoreTable(cells: cells.filter { $0.condition.mode == mode })
      let heading = modes.count > 1 ? "### \(ReportText.markdown(mode))\n\n" : ""
      return heading + table.grid(hasIntervals: true, hasMode: false).markdown()
    }.joined(separator: "\n")
  }

  /// A line for each cell with all of its scores, for a terminal.
  package func terminalDetails(width: Int?) -> String { details.terminal(width: width) }

  /// A line for each cell with all of its scores, in Markdown.
  package func markdownDetails() -> String { details.markdown() }

  /// A line of the grid: what cells in it share.
  private struct Line: Hashable {
    let mode: String
    let noise: String?
    let picture: String?

    /// Speech without noise belongs to every kind of noise.
    func holds(_ condition: ScoreCondition) -> Bool {
      condition.mode == mode && condition.picture == picture
        && (condition.noise == noise || condition.noise == nil && condition.level == .clean)
    }
  }

  /// Lines in the order of the cells; one without noise only where nothing with noise shows it.
  private var lines: [Line] {
    let lines = cells.map { cell in
      let condition = cell.condition
      return Line(mode: condition.mode, noise: condition.noise, picture: condition.picture)
    }.firstOccurrences()
    return lines.filter { line in
      line.noise != nil
        || !lines.contains {
          $0.noise != nil && $0.mode == line.mode && $0.picture == line.picture
        }
    }
  }

  private func grid(hasIntervals: Bool, hasMode: Bool = true) -> TextTable {
    let levels = cells.map(\.condition.level).firstOccurrences().sorted()
    let rows = lines.map { line in
      let held = cells.filter { line.holds($0.condition) }
      let rates = levels.map { level in
        let cell = held.first { $0.condition.level == level }
        let rate = cell?.wordErrorRate
        return ReportNumber.estimate(hasIntervals ? rate : rate.map { ScoreEstimate($0.value) }, 1)
      }
      return [hasMode ? line.mode : "", line.noise ?? "", line.picture ?? ""] + rates
    }
    let columns =
      ["mode", "noise", "picture"].map(TextTable.Column.text)
      + levels.map { TextTable.Column.number($0.description) }
    return TextTable(columns: columns, rows: rows).withoutEmptyColumns(among: 0..<3)
  }

  /// Condition, rate and interval.
  private var list: TextTable {
    let columns: [TextTable.Column] = ConditionColumns.columns + [.number("WER %")]
    let rows = cells.map { cell in
      ConditionColumns.cells(cell.condition) + [ReportNumber.estimate(cell.wordErrorRate, 1)]
    }
    return TextTable(columns: columns, rows: rows).withoutEmptyColumns(among: 0..<4)
  }

  private var details: TextTable {
    let columns: [TextTable.Column] =
      ConditionColumns.columns + [
        .number("utterances"), .number("words"), .number("sub"), .number("del"), .number("ins"),
        .number("WER %"), .number("CER %"), .number("SER %"), .number("cpWER %"),
        .number("tcpWER %"), .number("DER %"), .number("JER %"), .number("speakers wrong"),
        .number("word times ms"), .number("invented words/min"),
        .number("RTF"),
      ]
    let rows = cells.map { cell in
      let fixed = { (value: Double?, digits: Int) in
        value.map { ReportNumber.fixed($0, digits) } ?? ReportNumber.missing
      }
      return ConditionColumns.cells(cell.condition) + [
        String(cell.utterances), String(cell.words), String(cell.substitutions),
        String(cell.deletions), String(cell.insertions),
        ReportNumber.estimate(cell.wordErrorRate, 2),
        ReportNumber.percent(cell.characterErrorRate, 2),
        ReportNumber.percent(cell.sentenceErrorRate, 1), ReportNumber.estimate(cell.cpWER, 2),
        ReportNumber.estimate(cell.tcpWER, 2),
        ReportNumber.percent(cell.diarization?.errorRate, 2),
        ReportNumber.percent(cell.diarization?.jaccardErrorRate, 2),
        cell.diarization.map { String($0.countErrors) } ?? ReportNumber.missing,
        fixed(cell.wordTimeError.map { $0 * 1000 }, 0),
        fixed(cell.inventedWordsPerMinute, 2), fixed(cell.realTimeFactor, 4),
      ]
    }
    return TextTable(columns: columns, rows: rows).withoutEmptyColumns(among: columns.indices)
  }
}

/// The columns that say which cell a line is about.
enum ConditionColumns {
  static let columns: [TextTable.Column] = [
    .text("mode"), .text("noise"), .number("SNR"), .text("picture"),
  ]

  static func cells(_ condition: ScoreCondition) -> [String] {
    [
      condition.mode, condition.noise ?? "", condition.level.description, condition.picture ?? "",
    ]
  }
}
