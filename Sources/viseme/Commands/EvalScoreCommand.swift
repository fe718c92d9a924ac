import Demux
import Evaluation
import Foundation
import Support

/// `viseme eval score`: hypotheses of any system scored.
struct EvalScoreCommand {
  /// Names of one kind that are shown; the report has all that were left out.
  private static let shown = 10

  let arguments: EvalScoreArguments
  /// The words of the command line, for the report.
  let command: String
  let console: Console

  /// - Returns: the code of what was left out first, 65 where recordings have no hypothesis.
  func run() -> ExitCode {
    let read = HypothesisSet(arguments.hypotheses)
    let set: ScoredSet
    do throws(ReportFiles.Fault) { set = try references() } catch {
      console.say(
        "\(displayed(arguments.references.first ?? "")): \(EvalCompareCommand.sentence(error))")
      return EvalCompareCommand.code(error)
    }
    let match = HypothesisMatch(read.hypotheses, sounds: set.sounds)
    let scoring = HypothesisScoring(set, match, missing: arguments.missing)
    let faults = set.faults + read.faults + scoring.account.faults
    let leftOut = Self.leftOut(faults, match, scoring.account, arguments.missing)
    tell(faults, match, scoring.account)
    let code = Self.code(faults, match, scoring.account, arguments.missing)
    let machine = EvaluationReport.Machine(
      processor: ProcessFacts.processor, threads: 1, peakMemory: ProcessFacts.peakMemory,
      seconds: 0)
    let report = scoring.report(
      system: system, normalisers: arguments.normalisers,
      program: .init(name: "viseme", version: Program.version), command: command, machine: machine,
      leftOut: leftOut, created: Date())
    guard let report else {
      console.say("nothing to score")
      return code == .success ? .unusableInput : code
    }
    do throws(AtomicFileError) { try write(report) } catch {
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      return failure.code
    }
    return code
  }

  private var system: String {
    if let name = arguments.system { return name }
    let path = arguments.hypotheses.first.map { URL(filePath: $0) }
    return path.map { $0.deletingPathExtension().lastPathComponent } ?? ""
  }

  /// A single folder that `viseme eval` wrote, or its report, else what it reads.
  private func references() throws(ReportFiles.Fault) -> ScoredSet {
    guard arguments.references.count == 1, let path = arguments.references.first else {
      return ScoredSet(references: arguments.references, only: arguments.only)
    }
    let isReport = path.hasSuffix("/" + ReportFiles.json) || path == ReportFiles.json
    let file = isReport ? path : ReportFiles(in: path).path(ReportFiles.json)
    guard FileManager.default.fileExists(atPath: file) else {
      return ScoredSet(references: [path], only: arguments.only)
    }
    let folder = isReport ? URL(filePath: path).deletingLastPathComponent().relativePath : path
    return ScoredSet(report: try ReportFiles.read(file), in: folder)
  }

  private func write(_ report: EvaluationReport) throws(AtomicFileError) {
    let files = ReportFiles(in: arguments.outputDirectory)
    try FolderMaker.make(arguments.outputDirectory)
    try EvalReportWriter.check(files, purpose: report.purpose, isFresh: arguments.isFresh)
    let written = try EvalReportWriter.write(report, to: files)
    guard !arguments.isQuiet else { return }
    if !written.contains(ReportFiles.picture) {
      console.say("wer.png left out: this FFmpeg cannot draw SVG")
    }
    let width = isatty(STDOUT_FILENO) == 1 ? console.width : nil
    for normaliser in report.normalisers {
      let cells = report.cells.compactMap { $0.scored(normaliser) }
      let title = report.normalisers.count > 1 ? "normalisation: \(normaliser.rawValue)\n" : ""
      _ = StandardOutput.print(
        title + ScoreTable(cells: cells).terminalDetails(width: width), console: console)
    }
    console.say("wrote \(written.map { displayed(files.path($0)) }.joined(separator: ", "))")
  }
}

// What was found and what was not.
extension EvalScoreCommand {
  private func tell(
    _ faults: [InputFault], _ match: HypothesisMatch, _ account: HypothesisScoring.Account
  ) {
    for fault in faults.prefix(Self.shown) {
      console.say("left out: \(EvalFaultText.line(fault))")
    }
    let rest = faults.count - Self.shown
    if rest > 0 { console.say("left out: \(rest) more; the report names all") }
    let missing =
      arguments.missing == .empty
      ? "without a hypothesis, all their words count as deleted" : "without a hypothesis, left out"
    name(account.missing, "recording", missing)
    name(match.ambiguous.map(Self.name), "hypothesis", "fitting several recordings, left out")
    guard !arguments.isQuiet else { return }
    name(match.extra.map(Self.name), "hypothesis", "without a reference, not scored")
    name(
      match.passedOver.map(Self.name), "hypothesis", "passed over for a richer one or a first one")
    name(account.empty, "hypothesis", "empty, all words of their references count as deleted")
  }

  /// "3 recordings without a hypothesis, left out: a, b, c".
  private func name(_ names: [String], _ noun: String, _ what: String) {
    guard !names.isEmpty else { return }
    let plural = noun == "hypothesis" && names.count != 1 ? "\(names.count) hypotheses" : nil
    let listed = names.prefix(Self.shown).map { displayed($0) }.joined(separator: ", ")
    let rest = names.count > Self.shown ? " and \(names.count - Self.shown) more" : ""
    console.say("\(plural ?? ErrorText.plural(names.count, noun)) \(what): \(listed)\(rest)")
  }

  /// "other.ctm: meeting".
  private static func name(_ hypothesis: Hypothesis) -> String {
    let place = hypothesis.places.first?.last ?? ""
    return "\(hypothesis.file): \(place)"
  }

  private static func leftOut(
    _ faults: [InputFault], _ match: HypothesisMatch, _ account: HypothesisScoring.Account,
    _ missing: HypothesisScoring.Missing
  ) -> [EvaluationReport.LeftOut] {
    var all = faults.map {
      EvaluationReport.LeftOut(
        name: EvalFaultText.place($0), reason: EvalFaultText.reason($0.cause))
    }
    if missing == .leftOut {
      all += account.missing.map { .init(name: $0, reason: "has no hypothesis") }
    }
    all += match.ambiguous.map { .init(name: name($0), reason: "fits several recordings") }
    all += match.extra.map { .init(name: name($0), reason: "has no reference") }
    return all + match.passedOver.map { .init(name: name($0), reason: "another one was taken") }
  }

  private static func code(
    _ faults: [InputFault], _ match: HypothesisMatch, _ account: HypothesisScoring.Account,
    _ missing: HypothesisScoring.Missing
  ) -> ExitCode {
    if let fault = faults.first { return EvalFaultText.code(fault.cause) }
    let isMissing = missing == .leftOut && !account.missing.isEmpty
    return isMissing || !match.ambiguous.isEmpty ? .unusableInput : .success
  }
}
