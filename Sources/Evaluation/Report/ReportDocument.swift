import Support

/// What a person reads of an evaluation: `report.md`.
package struct ReportDocument: Sendable {
  /// A line of what was evaluated: model, data, command, seed.
  package struct Fact: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The scores under one normalisation of the texts.
  package struct ScoreSet: Sendable {
    package var normaliser: String
    package var cells: [ScoredCell]
    /// Modes against each other on the same audio.
    package var comparisons: [ComparisonTable]
    /// Where the errors of a mode's first cell are.
    package var breakdowns: [(condition: ScoreCondition, errors: ErrorBreakdown)] = []

    package init(
      normaliser: String, cells: [ScoredCell], comparisons: [ComparisonTable] = [],
      breakdowns: [(condition: ScoreCondition, errors: ErrorBreakdown)] = []
    ) {
      self.breakdowns = breakdowns
      self.normaliser = normaliser
      self.cells = cells
      self.comparisons = comparisons
    }
  }

  /// Something that was not scored.
  package struct LeftOut: Sendable, Hashable {
    package var name: String
    package var reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  package var title: String
  package var facts: [Fact]
  package var scores: [ScoreSet]
  package var leftOut: [LeftOut]
  /// How it was measured, a sentence or paragraph each.
  package var method: [String]
  /// Path of the plot beside the report; nil where there is none.
  package var chartPath: String?
  /// Path of the page of errors; nil where there is none.
  package var errorPagePath: String?

  package init(
    title: String, facts: [Fact], scores: [ScoreSet], leftOut: [LeftOut] = [],
    method: [String] = [], chartPath: String? = nil, errorPagePath: String? = nil
  ) {
    self.title = title
    self.facts = facts
    self.scores = scores
    self.leftOut = leftOut
    self.method = method
    self.chartPath = chartPath
    self.errorPagePath = errorPagePath
  }

  package func markdown() -> String {
    let blocks =
      ["# \(ReportText.markdown(title))\n", factList, chart] + scores.flatMap(sections)
      + [leftOutSection, methodSection]
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var factList: String {
    facts.map { fact in
      "- \(ReportText.markdown(fact.name)): \(ReportText.markdown(fact.value))\n"
    }.joined()
  }

  private var chart: String {
    let image = chartPath.map {
      "![Word error rate against signal-to-noise ratio](\($0.urlPath))\n"
    }
    let page = errorPagePath.map {
      "Every line with its errors: [\(ReportText.markdown($0))](\($0.urlPath))\n"
    }
    return [image, page].compactMap { $0 }.joined(separator: "\n")
  }

  private func sections(_ set: ScoreSet) -> [String] {
    let suffix = scores.count > 1 ? ", \(ReportText.markdown(set.normaliser)) normalisation" : ""
    let table = ScoreTable(cells: set.cells)
    let comparisons = set.comparisons.flatMap { comparison in
      let names = "\(ReportText.markdown(comparison.first)) and "
      return [
        "## Paired: \(names)\(ReportText.markdown(comparison.second))\(suffix)\n",
        comparison.markdown(),
      ]
    }
    let rates = [
      "## Word error rate\(suffix)\n", "In percent, with 95 % intervals.\n", table.markdown(),
    ]
    return (table.hasRates ? rates : [])
      + ["## All scores\(suffix)\n", table.markdownDetails()] + comparisons
      + set.breakdowns.flatMap { BreakdownTables($0.errors).markdown(of: $0.condition.description) }
  }

  private var leftOutSection: String {
    guard !leftOut.isEmpty else { return "" }
    let table = TextTable(
      columns: [.text("what"), .text("why")], rows: leftOut.map { [$0.name, $0.reason] })
    return "## Left out\n\n" + table.markdown()
  }

  private var methodSection: String {
    let normalisers = scores.map(\.normaliser).firstOccurrences().joined(separator: " and ")
    let own = [
      "WER is the pooled (substitutions + deletions + insertions) / words of the references, CER the"
        + " same over characters, SER the share of utterances with any error, RTF the seconds of"
        + " computing a second of audio. Text normalisation: \(normalisers)."
    ]
    let paragraphs = (scores.isEmpty ? [] : own) + method
    guard !paragraphs.isEmpty else { return "" }
    return "## How it was measured\n\n"
      + paragraphs.map { ReportText.markdown($0) + "\n" }.joined(separator: "\n")
  }
}
