/// Sets cells of two reports, or of two modes, side by side on the utterances that both have.
package struct ReportComparison: Sendable {
  /// Why two reports cannot be compared.
  package enum Fault: Error, Sendable, Hashable {
    /// No condition and utterance is in both.
    case nothingInCommon
    /// The reports have no normaliser in common.
    case noNormaliser
  }

  private let bootstrap: Bootstrap

  /// A comparison whose bootstrap is seeded so.
  package init(seed: UInt64) {
    bootstrap = Bootstrap(seed: seed)
  }

  /// Compares the cells of two reports that have the same condition, under the first normaliser that
  /// both have.
  package func table(
    _ first: (name: String, report: EvaluationReport),
    _ second: (name: String, report: EvaluationReport)
  ) throws(Fault) -> ComparisonTable {
    guard
      let normaliser = first.report.normalisers.first(where: second.report.normalisers.contains)
    else { throw .noNormaliser }
    let speakers = Self.speakers(first.report)
    let rows = first.report.cells.compactMap { cell in
      second.report.cells.first { $0.condition == cell.condition }.flatMap {
        row(cell, $0, cell.condition, normaliser, speakers)
      }
    }
    guard !rows.isEmpty else { throw .nothingInCommon }
    let said = Dictionary(second.report.utterances.map { ($0.id, $0.reference) }) { $1 }
    let common = first.report.utterances.filter { said[$0.id] != nil }
    let (a, b) = (first.report.cells.map(\.condition), second.report.cells.map(\.condition))
    return ComparisonTable(
      first: first.name, second: second.name, rows: rows,
      onlyInFirst: a.filter { !b.contains($0) }, onlyInSecond: b.filter { !a.contains($0) },
      differences: ReportDifference.list(first.report, second.report),
      recordings: ComparisonTable.Recordings(
        onlyInFirst: first.report.utterances.count - common.count,
        onlyInSecond: second.report.utterances.count - common.count,
        withOtherReference: common.count { said[$0.id] != $0.reference }))
  }

  /// Compares every later mode of a report with its first one, on the same sounds.
  package func modes(
    of report: EvaluationReport, _ normaliser: TextNormaliser
  ) -> [ComparisonTable] {
    let modes = report.cells.map(\.mode).firstOccurrences()
    guard let first = modes.first else { return [] }
    let speakers = Self.speakers(report)
    return modes.dropFirst().map { mode in
      let rows = report.cells.filter { $0.mode == mode }.compactMap { cell in
        report.cells.first {
          $0.mode == first && $0.noise == cell.noise && $0.snr == cell.snr
            && ($0.picture == cell.picture || $0.picture == nil)
        }.flatMap { row($0, cell, cell.condition, normaliser, speakers) }
      }
      return ComparisonTable(first: first.rawValue, second: mode.rawValue, rows: rows)
    }
  }

  private static func speakers(_ report: EvaluationReport) -> [String: String] {
    let known = report.utterances.compactMap { said in said.speaker.map { (said.id, $0) } }
    return Dictionary(known) { first, _ in first }
  }

  /// Nil where the cells have no utterance in common, or no word of reference in them.
  private func row(
    _ first: CellReport, _ second: CellReport, _ condition: ScoreCondition,
    _ normaliser: TextNormaliser, _ speakers: [String: String]
  ) -> ComparisonTable.Row? {
    let others = Dictionary(second.results.map { ($0.utterance, $0) }) { first, _ in first }
    var (a, b): ([ErrorRatio], [ErrorRatio]) = ([], [])
    for result in first.results {
      guard let mine = result.scores[normaliser.rawValue]?.text.words,
        let other = others[result.utterance]?.scores[normaliser.rawValue]?.text.words,
        mine.referenceLength == other.referenceLength  // The notes tell of references that differ.
      else { continue }
      let speaker = speakers[result.utterance]
      a.append(ErrorRatio(mine, cluster: speaker))
      b.append(ErrorRatio(other, cluster: speaker))
    }
    guard let comparison = bootstrap.compare(a, b), let left = estimate(a), let right = estimate(b)
    else { return nil }
    return ComparisonTable.Row(
      condition: condition, words: a.reduce(0) { $0 + $1.length }, first: left, second: right,
      difference: ScoreEstimate(
        comparison.difference,
        interval: comparison.interval.lower...comparison.interval.upper),
      probabilityOfImprovement: comparison.probabilityOfImprovement)
  }

  private func estimate(_ items: [ErrorRatio]) -> ScoreEstimate? {
    let length = items.reduce(0) { $0 + $1.length }
    guard length > 0 else { return nil }
    let errors = items.reduce(0) { $0 + $1.errors }
    return ScoreEstimate(
      Double(errors) / Double(length),
      interval: bootstrap.interval(items).map { $0.lower...$0.upper })
  }
}
