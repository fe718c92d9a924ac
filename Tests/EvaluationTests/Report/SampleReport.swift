import Foundation

@testable import Evaluation

/// Made-up scores and lines of the shape that evaluations have.
enum SampleReport {
  static let levels: [SNRLevel] = [.clean] + [20, 10, 5, 0, -5].map { .decibels($0) }

  /// Cells of every mode in every noise at every level; the more modes, the better the later ones.
  static func cells(
    modes: [String] = ["audio"], noises: [String] = ["babble"], levels: [SNRLevel] = levels,
    pictures: [String?] = [nil]
  ) -> [ScoredCell] {
    var cells: [ScoredCell] = []
    for (better, mode) in modes.enumerated() {
      for (blur, picture) in pictures.enumerated() {
        for level in levels {
          for (hardness, noise) in (level == .clean ? [nil] : orNone(noises)).enumerated() {
            let condition = ScoreCondition(
              mode: mode, noise: noise, level: level, picture: picture)
            let rate = rate(level, hardness: Double(hardness + blur))
            cells.append(cell(condition, rate: rate / (1 + 0.45 * Double(better))))
          }
        }
      }
    }
    return cells
  }

  /// A rate that grows from 14 % as the ratio falls.
  private static func rate(_ level: SNRLevel, hardness: Double) -> Double {
    guard let decibels = level.decibels else { return 0.142 }
    return 0.145 + 0.85 / (1 + exp((decibels - 1 + 2 * hardness) / 3.2))
  }

  /// A cell of 50 utterances and 872 words with about this rate.
  static func cell(_ condition: ScoreCondition, rate: Double) -> ScoredCell {
    let errors = Int(rate * 872)
    let (deletions, insertions) = (errors / 8, errors / 10)
    let pooled = Double(errors) / 872
    let half = 0.02 + 0.12 * pooled
    return ScoredCell(
      condition: condition, utterances: 50, words: 872,
      substitutions: errors - deletions - insertions, deletions: deletions,
      insertions: insertions,
      wordErrorRate: ScoreEstimate(pooled, interval: max(0, pooled - half)...(pooled + half)),
      characterErrorRate: pooled * 0.55, sentenceErrorRate: min(1, pooled * 4),
      realTimeFactor: 0.0119)
  }

  /// With three times the errors, and without an interval at -20 dB.
  static func hallucinated(_ cell: ScoredCell) -> ScoredCell {
    var cell = cell
    cell.wordErrorRate = cell.wordErrorRate.map { rate in
      let interval = rate.interval.map { 3 * $0.lowerBound...3 * $0.upperBound }
      let isLast = cell.condition.level == .decibels(-20)
      return ScoreEstimate(3 * rate.value, interval: isLast ? nil : interval)
    }
    return cell
  }

  static func comparison() -> ComparisonTable {
    let rows = zip(cells(), cells(modes: ["", "audio"]).filter { $0.condition.mode == "audio" })
      .map { first, second in
        let rates = [first, second].map { $0.wordErrorRate ?? ScoreEstimate(0) }
        let difference = rates[1].value - rates[0].value
        return ComparisonTable.Row(
          condition: first.condition, words: first.words, first: rates[0], second: rates[1],
          difference: ScoreEstimate(
            difference, interval: (difference - 0.05)...(difference + 0.05)),
          probabilityOfImprovement: 0.5 - difference)
      }
    return ComparisonTable(
      first: "2026-11 tiny", second: "2026-12 | <adapted>", rows: rows,
      onlyInFirst: [ScoreCondition(mode: "audio", noise: "cafe", level: .decibels(2.5))])
  }

  static func document() -> ReportDocument {
    let cells = cells(modes: ["audio", "fused"], noises: ["babble", "street_noise.wav"])
    return ReportDocument(
      title: "Evaluation of test-other",
      facts: [
        .init("model", "moonshine-tiny-en 0.0.49"), .init("utterances", "50, 872 words"),
        .init("seed", "1"),
      ],
      scores: [
        .init(normaliser: "whisper", cells: cells, comparisons: [comparison()]),
        .init(normaliser: "plain", cells: cells),
      ],
      leftOut: [.init(name: "a|b.wav", reason: "no audio track")],
      method: ["Noise is mixed at a level that ITU-T P.56 defines."],
      chartPath: "wer.svg", errorPagePath: "errors.html")
  }

  /// Lines that exercise every kind of edit and what must be escaped.
  static let lines = [
    ErrorLine(
      utterance: "1688-142285-0000", condition: ScoreCondition(mode: "audio"),
      edits: [.same("there is iron they say in all our blood")], speaker: "1688", seconds: 7.25,
      audioPath: "audio/audio clean/1688-142285-0000.wav"),
    ErrorLine(
      utterance: "1688-142285-0001",
      condition: ScoreCondition(mode: "audio", noise: "babble", level: .decibels(-5)),
      edits: [
        .same("and a grain"), .substituted(reference: "or", hypothesis: "are"), .same("two"),
        .deleted("perhaps"), .same("is good"), .inserted("sir"),
      ], reference: "And a grain or two, perhaps, is good.",
      hypothesis: "And a grain are two is good, sir."),
    ErrorLine(
      utterance: "</script><img src=x onerror=alert(1)>",
      condition: ScoreCondition(mode: "audio", noise: "a\"<b>'&", level: .decibels(-5)),
      edits: [.inserted("<b>"), .substituted(reference: "\u{2028}", hypothesis: "\\\"")],
      reference: "", hypothesis: "a\nb\u{0}", seconds: .infinity,
      audioPath: "a#?%:/ü \"<.wav"),
  ]
}
