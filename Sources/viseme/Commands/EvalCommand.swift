import Demux
import Evaluation
import Foundation
import Pipeline
import Support

/// `viseme eval`: recognition measured.
struct EvalCommand {
  /// Left-out recordings that are named on the screen; the report names all.
  private static let shownFaults = 20

  let arguments: EvalArguments
  /// The words of the command line, for the report.
  let command: String
  let console: Console
  let cancellation: Cancellation
  let recognise: RecogniseClips

  /// - Returns: the code of what was left out first, of the failure that stopped the run, or success.
  func run() -> ExitCode {
    if arguments.channel != nil, !OpusLink.isSupported {
      console.say("--channel: \(EvalFaultText.reason(.noEncoder("libopus")))")
      return .unavailable
    }
    var planner = EvalPlanner(arguments)
    let plan = planner.plan()
    show(planner.faults)
    let code = planner.faults.first.map { EvalFaultText.code($0.cause) }
    guard let plan else {
      console.say("nothing to evaluate")
      return code ?? .unusableInput
    }
    do throws(EvaluationError) {
      try prepareFolder(plan)
      let outcome = try hear(plan)
      let faults = planner.faults + Self.faults(outcome, plan)
      show(Array(faults.dropFirst(planner.faults.count)))
      try write(outcome, plan, faults)
      return faults.first.map { EvalFaultText.code($0.cause) } ?? .success
    } catch {
      return stop(error)
    }
  }

  private func show(_ faults: [InputFault]) {
    for fault in faults.prefix(Self.shownFaults) {
      console.say("left out: \(EvalFaultText.line(fault))")
    }
    let rest = faults.count - Self.shownFaults
    if rest > 0 { console.say("left out: \(rest) more; the report names all") }
  }

  private func stop(_ error: EvaluationError) -> ExitCode {
    switch error {
    case .folderInUse(let folder):
      console.say("\(displayed(folder)) is in use by another viseme eval")
      return .cannotCreateOutput
    case .transcription(.cancelled):
      console.say("interrupted; the same command goes on where it was")
      return .interrupted
    case .transcription(let error):
      guard let failure = ErrorText.failure(error, name: "eval") else { return .success }
      console.say(failure.message)
      return failure.code
    }
  }

  /// Makes the folder; a report of other recordings in it is not replaced unless asked for.
  private func prepareFolder(_ plan: EvaluationPlan) throws(EvaluationError) {
    try Self.writing { () throws(AtomicFileError) in
      try FolderMaker.make(plan.folder)
      try EvalReportWriter.check(
        ReportFiles(in: plan.folder), purpose: plan.purpose, isFresh: plan.isFresh)
    }
  }

  private func hear(_ plan: EvaluationPlan) throws(EvaluationError) -> EvaluationOutcome {
    let line = EvalProgress(console: console, isQuiet: arguments.isQuiet)
    defer { line.end() }
    return try EvaluationRun(plan: plan, recognise: recognise).run { line.update($0) }
  }

  private static func faults(_ outcome: EvaluationOutcome, _ plan: EvaluationPlan) -> [InputFault] {
    outcome.faults.sorted { $0.key < $1.key }.map { index, cause in
      InputFault(plan.utterances[index].id, cause)
    }
  }

  private func write(
    _ outcome: EvaluationOutcome, _ plan: EvaluationPlan, _ faults: [InputFault]
  ) throws(EvaluationError) {
    let threads = ThreadCount.choose(requested: arguments.threads)
    var report = ReportBuilder(plan: plan, normalisers: arguments.normalisers).report(
      outcome,
      leftOut: faults.map {
        .init(name: EvalFaultText.place($0), reason: EvalFaultText.reason($0.cause))
      },
      command: command,
      machine: .init(
        processor: ProcessFacts.processor, threads: threads,
        peakMemory: ProcessFacts.peakMemory, seconds: 0),
      created: Date())
    guard !report.utterances.isEmpty else { return console.say("nothing to evaluate") }
    report.models = ModelChoice.checksums(arguments.recognition)
    let (files, whole) = (ReportFiles(in: plan.folder), report)
    let names = try Self.writing { () throws(AtomicFileError) in
      try EvalReportWriter.write(whole, to: files)
    }
    guard !arguments.isQuiet else { return }
    notes(report, plan, outcome)
    if !names.contains(ReportFiles.picture) {
      console.say("wer.png left out: this FFmpeg cannot draw SVG")
    }
    show(report, outcome)
    console.say("wrote \(names.map { displayed(files.path($0)) }.joined(separator: ", "))")
  }

  private func notes(
    _ report: EvaluationReport, _ plan: EvaluationPlan, _ outcome: EvaluationOutcome
  ) {
    var told: Set<NamedNoise> = []
    if outcome.keptCount > 0 {
      let total = plan.cells.count * plan.utterances.count
      console.say("\(outcome.keptCount) of \(total) hearings were there from an earlier run")
    }
    for noise in plan.cells.compactMap(\.noise) {
      guard case .babble(let wanted, _) = noise.kind, let found = plan.talkers(in: noise),
        found.lowerBound < wanted, told.insert(noise).inserted
      else { continue }
      let range = found.count > 1 ? "\(found.lowerBound) to " : ""
      console.say(
        "\(displayed(noise.name)): \(range)\(ErrorText.plural(found.upperBound, "talker")), not "
          + "\(wanted): there are no more others")
    }
    if let channels = EvalReportText.channels(report) { console.say(channels) }
    let empty = plan.utterances.count { $0.reference.isEmpty }
    if empty > 0 {
      let references = ErrorText.plural(empty, "empty transcript")
      console.say("\(references): every word written there counts as invented")
    }
  }

  /// The table, on standard output.
  private func show(_ report: EvaluationReport, _ outcome: EvaluationOutcome) {
    let width = isatty(STDOUT_FILENO) == 1 ? console.width : nil
    for normaliser in report.normalisers {
      let cells = report.cells.compactMap { $0.scored(normaliser) }
      let title = report.normalisers.count > 1 ? "normalisation: \(normaliser.rawValue)\n" : ""
      _ = console.aside {
        StandardOutput.print(
          title + ScoreTable(cells: cells).terminal(width: width), console: console)
      }
    }
    guard arguments.isVerbose else { return }
    for (_, times) in outcome.stages {
      for text in TimingText.stages(times) { console.line(text) }
    }
    let seconds = NumberText.fixed(report.machine.seconds, 1)
    let memory = NumberText.fixed(Double(report.machine.peakMemory) / 1_048_576, 0)
    console.line("  time \(seconds) s, peak memory \(memory) MB")
  }

  private static func writing<Result>(
    _ body: () throws(AtomicFileError) -> Result
  ) throws(EvaluationError) -> Result {
    do throws(AtomicFileError) { return try body() } catch {
      throw .transcription(.output(error))
    }
  }
}
