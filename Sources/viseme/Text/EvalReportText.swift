import Evaluation
import Pipeline

/// The sentences of `report.md` and of the other pages of an evaluation.
enum EvalReportText {
  static func document(_ report: EvaluationReport) -> ReportDocument {
    ReportDocument(
      title: "Recognition of \(ErrorText.plural(report.utterances.count, "recording"))",
      facts: facts(report),
      scores: report.normalisers.map { normaliser in
        ReportDocument.ScoreSet(
          normaliser: normaliser.rawValue,
          cells: report.cells.compactMap { $0.scored(normaliser) },
          comparisons: ReportComparison(seed: report.seed).modes(of: report, normaliser),
          breakdowns: normaliser == report.normalisers.first ? breakdowns(report) : [])
      },
      leftOut: report.leftOut.map { .init(name: $0.name, reason: $0.reason) },
      method: method(report),
      chartPath: ReportFiles.chart, errorPagePath: ReportFiles.errors)
  }

  /// Of each mode's first cell: the others are in `report.json`.
  private static func breakdowns(
    _ report: EvaluationReport
  ) -> [(condition: ScoreCondition, errors: ErrorBreakdown)] {
    var seen: Set<ListeningMode> = []
    return report.cells.filter { seen.insert($0.mode).inserted }.compactMap { cell in
      cell.breakdown.map { (cell.condition, $0) }
    }
  }

  static func title(_ report: EvaluationReport) -> String {
    "Word error rate, \(report.model.name)"
  }

  /// "50 recordings, 5:22, 872 words".
  static func subtitle(_ report: EvaluationReport) -> String {
    let words = report.normalisers.first.flatMap { report.cells.first?.scored($0)?.words }
    let speakers = Set(report.utterances.compactMap(\.speaker)).count
    return
      [
        ErrorText.plural(report.utterances.count, "recording"),
        speakers > 0 ? ErrorText.plural(speakers, "speaker") : nil,
        TimeText.clock(report.utterances.reduce(0) { $0 + $1.seconds }),
        words.map { ErrorText.plural($0, "word") },
      ].compactMap(\.self).joined(separator: ", ")
  }

  private static func facts(_ report: EvaluationReport) -> [ReportDocument.Fact] {
    let audio = report.cells.reduce(0) { $0 + $1.audioSeconds }
    let seconds = report.machine.seconds
    var facts: [ReportDocument.Fact] = [
      .init("recordings", subtitle(report)),
      report.isScored == true
        ? .init("hypotheses", report.model.name)
        : .init("model", "\(report.model.name) \(report.model.version)"),
      .init("program", "\(report.program.name) \(report.program.version)"),
      .init("command", report.command),
      .init("seed", String(report.seed)),
    ]
    if let channels = channels(report) { facts.append(.init("channels", channels)) }
    if let room = report.reverb { facts.append(.init("room", room)) }
    if let rate = report.channelBitRate {
      facts.append(.init("channel", "Opus, \(NumberText.short(Double(rate) / 1000)) kbit/s"))
    }
    facts += report.noises.map { .init("noise \($0.name)", $0.source) }
    facts += (report.models ?? []).map { .init("SHA-256 of \($0.name)", $0.sha256) }
    if report.isScored == true { return facts + [.init("made", report.created)] }
    facts += [
      .init(
        "time",
        "\(TimeText.clock(audio)) of audio heard in \(TimeText.clock(seconds)), "
          + "\(NumberText.short(audio / max(seconds, 1e-3))) times real time"),
      .init(
        "machine",
        "\(report.machine.processor), \(ErrorText.plural(report.machine.threads, "thread")), "
          + "peak memory \(NumberText.fixed(Double(report.machine.peakMemory) / 1_048_576, 0)) MB"),
      .init("made", report.created),
    ]
    return facts
  }

  /// Whose words count as one speaker's.
  private static func streams(_ report: EvaluationReport) -> String {
    if report.isScored == true || report.cells.contains(where: { $0.diarization != nil }) {
      return "a voice's words for one speaker's"
    }
    let all = "all recognised words for one speaker's, without speaker diarization"
    guard report.utterances.contains(where: { $0.channels != nil }) else { return all }
    return "a channel's words for one speaker's where channels were transcribed each by itself, "
      + "elsewhere \(all)"
  }

  /// How many recordings were transcribed channel by channel, or what was asked for; nil where channels
  /// never mattered.
  static func channels(_ report: EvaluationReport) -> String? {
    let apart = report.utterances.count { $0.channels != nil }
    let choice = report.settings?["channels"]
    guard apart > 0 || choice != nil else { return nil }
    let asked = choice.map { "--channels \($0): " } ?? ""
    let recordings = ErrorText.plural(report.utterances.count, "recording")
    return "\(asked)\(apart) of \(recordings) transcribed channel by channel"
  }

  private static func method(_ report: EvaluationReport) -> [String] {
    let draws =
      "Intervals are 95 % percentile bootstrap intervals of 10,000 draws over "
      + (Set(report.utterances.compactMap(\.speaker)).count > 1 ? "speakers." : "recordings.")
    var method = [
      (report.isScored == true
        ? "Hypotheses of another system, each against its reference. "
        : "Every recording was heard under every condition by the program's own pipeline. "
          + "Recordings that failed under one condition are left out of all. ") + draws
    ]
    if !report.noises.isEmpty {
      method.append(
        "The signal-to-noise ratio is that of the active speech level (ITU-T P.56) to the level "
          + "of the noise section. A recording hears the same section of noise at every ratio and "
          + "in every mode.")
    }
    if report.cells.contains(where: { $0.scores.values.contains { $0.cpWER != nil } }) {
      method.append("cpWER and tcpWER (5 s collar) take \(streams(report)).")
    }
    if report.cells.contains(where: { $0.diarization != nil }) {
      method.append(
        "DER counts overlapping speech and leaves out 0.25 s on each side of the starts and ends of "
          + "reference turns; JER has no collar. Speakers wrong is the sum over recordings of the "
          + "difference between speakers and voices.")
    }
    if report.cells.contains(where: { $0.invented != nil }) {
      method.append(
        "Invented words are those written where nobody speaks: in recordings with an empty "
          + "transcript and outside the turns of RTTM references.")
    }
    return method
  }
}
