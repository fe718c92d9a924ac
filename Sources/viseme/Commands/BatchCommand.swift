import Batch
import Foundation
import ModelStore
import Pipeline
import Support
import Synchronization
import Transcript

/// `viseme batch`: everything that lies in folders and lists, to the end.
struct BatchCommand {
  let arguments: BatchArguments
  let profile: CueProfile
  let shard: Shard?
  let console: Console
  let cancellation: Cancellation

  /// Checks what depends on more than one option.
  init(
    _ arguments: BatchArguments, environment: [String: String], console: Console,
    cancellation: Cancellation
  ) throws(UsageError) {
    let transcription = arguments.transcription
    try RunPlan.checkSpan(transcription.recognition)
    if transcription.inputs.contains("-") { throw .batchOfStandardInput }
    try ModelChoice.check(transcription.recognition)
    profile = try RunPlan.profile(transcription)
    switch arguments.shard {
    case nil: shard = nil
    case .fixed(let fixed): shard = fixed
    case .automatic:
      guard let found = Shard(environment: environment) else { throw .noShard }
      shard = found
    }
    self.arguments = arguments
    self.console = console
    self.cancellation = cancellation
  }

  func run() -> ExitCode {
    let progress = BatchProgress(console: console, isQuiet: arguments.transcription.isQuiet)
    let budget = arguments.memory ?? .granted()
    let model = ModelChoice.footprint(arguments.transcription.recognition)
    let threads = budget.threads(
      ThreadCount.choose(requested: arguments.transcription.threads), model)
    let slowStart = SlowStart()
    let readers = BatchReaders(
      options: arguments.transcription.recognition, threads: threads, slowStart: slowStart,
      cancellation: cancellation)
    let services = BatchServices(
      transcribe: readers.transcribe, explain: { BatchText.cause($0, path: $1) },
      notes: RecordingNotes.lines, observe: progress.observe, isIdle: { readers.areWaiting })
    let (operands, manifests) = (arguments.transcription.inputs, arguments.manifests)
    let run = BatchRun(
      inputs: { InputList(operands: operands, manifests: manifests) }, settings: settings,
      options: options(threads: threads, budget.forRecordings(threads: threads, model)),
      services: services, slowStart: slowStart,
      cancellation: cancellation)
    defer { readers.finish() }
    do throws(AtomicFileError) {
      let outcome = try run.run()
      progress.end()
      return tell(outcome)
    } catch {
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      return failure.code
    }
  }

  private var settings: BatchSettings {
    let transcription = arguments.transcription
    let model = ModelChoice.identity(transcription.recognition)
    var settings = BatchSettings(
      formats: transcription.formats ?? RunPlan.standardFormats, profile: profile,
      options: transcription.recognition, directory: transcription.outputDirectory,
      model: ModelInfo(name: model.name, version: model.version),
      program: ModelInfo(name: "viseme", version: Program.version))
    settings.second = ModelChoice.second(transcription.recognition).map {
      ModelInfo(name: $0.name, version: $0.version)
    }
    settings.isForced = transcription.replacesOutputs
    return settings
  }

  private func options(threads: Int, _ memory: Int) -> BatchOptions {
    let folder = arguments.transcription.outputDirectory.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    let name = shard.map { "report-\($0.index)of\($0.count).jsonl" } ?? "report.jsonl"
    var options = BatchOptions(report: arguments.report ?? (folder ?? "") + name)
    options.jobs = arguments.jobs ?? 4 * threads
    options.threads = arguments.jobs == nil ? threads : nil
    options.memory = memory
    options.retries = arguments.retries
    options.failsFast = arguments.failsFast
    options.shard = shard
    options.lease = arguments.lease
    options.watch = arguments.isWatching ? 2 : nil
    options.settling = arguments.settling
    return options
  }

  private func tell(_ outcome: BatchOutcome) -> ExitCode {
    if !arguments.transcription.isQuiet {
      let isEmpty = outcome.totals.done + outcome.totals.failed == 0 && !outcome.wasCancelled
      console.say(isEmpty ? "nothing to do:" : "the batch:")
      for line in BatchText.summary(outcome.totals) { console.line(line) }
    }
    if let error = outcome.reportFailure {
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      if case .diskFull = error { return .mayRetry }
      return failure.code
    }
    if outcome.wasCancelled {
      console.say("interrupted")
      return .interrupted
    }
    if outcome.count == 0, shard == nil {
      console.say("there is no recording in what was given")
      return .noInput
    }
    // Of a share it may be one file of many.
    return shard == nil && outcome.totals.isNothingThere ? .noInput : ExitCode(outcome.totals)
  }
}

/// The readers of a batch, started for its first recording.
private final class BatchReaders: Sendable {
  private let options: RecognitionOptions
  private let threads: Int
  private let slowStart: SlowStart
  private let cancellation: Cancellation
  private let models = LoadedModels()
  private let started = Mutex<SharedReaders?>(nil)

  init(
    options: RecognitionOptions, threads: Int, slowStart: SlowStart, cancellation: Cancellation
  ) {
    self.options = options
    self.threads = threads
    self.slowStart = slowStart
    self.cancellation = cancellation
  }

  /// Transcribes one recording beside others.
  var transcribe: BatchServices.Transcribe {
    { request, checkpoints, cancellation, progress, begin, segment throws(TranscriptionError) in
      try Transcriber.run(
        request, sharing: self.readers,
        program: ModelInfo(name: "viseme", version: Program.version), checkpoints: checkpoints,
        cancellation: cancellation, progress: progress, begin: begin, segment: segment)
    }
  }

  /// Whether one of them has nothing to read; not while they are being made.
  var areWaiting: Bool { started.withLockIfAvailable { $0?.areWaiting ?? false } ?? false }

  /// The models are loaded once the first recording is open, not meanwhile: that would take 23 ms of
  /// processor time more, for pages that two threads of one process map and write at the same time.
  private func readers() throws(TranscriptionError) -> SharedReaders {
    try started.withLock { started throws(TranscriptionError) in
      if let started { return started }
      let readers = SharedReaders(
        models: try models.models(options), threads: threads, slowStart: slowStart,
        cancellation: cancellation)
      started = readers
      return readers
    }
  }

  /// Ends them; no recording may be in work.
  func finish() {
    started.withLock { $0 }?.finish()
  }
}

/// `viseme batch merge`: the reports of shards as one.
struct BatchMergeCommand {
  let arguments: BatchMergeArguments
  let console: Console

  func run() -> ExitCode {
    let merged: MergedReport
    do throws(MergedReport.Fault) {
      merged = try MergedReport(paths: arguments.reports)
    } catch {
      return fail(error)
    }
    if let missing = BatchText.missingShards(merged) { console.say(missing) }
    if let output = arguments.output, !merged.lines.isEmpty,
      let code = write(merged, to: output)
    {
      return code
    }
    let totals = BatchTotals(merged.lines)
    if !arguments.isQuiet {
      console.say("\(ErrorText.plural(merged.lines.count, "recording")):")
      for line in BatchText.summary(totals) { console.line(line) }
    }
    return merged.lines.isEmpty ? .noInput : ExitCode(totals)
  }

  /// Nil where all is well.
  private func write(_ merged: MergedReport, to output: String) -> ExitCode? {
    if output == "-" {
      let text = String(decoding: merged.data, as: UTF8.self)
      let code = StandardOutput.print(text, console: console)
      return code == .success ? nil : code
    }
    do throws(AtomicFileError) {
      guard ReportFile.mayHold(output) else { throw .holdsOther(path: output) }
      var file = try AtomicFile(path: output, replacing: true)
      try file.write(bytes: merged.data)
      try file.commit()
      return nil
    } catch {
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      return failure.code
    }
  }

  private func fail(_ fault: MergedReport.Fault) -> ExitCode {
    switch fault {
    case .unreadable(let path, let code):
      let what = code == ENOENT ? "no such file" : "cannot be read: \(ErrorText.cause(code))"
      console.say("\(displayed(path)): \(what)")
      return ErrorText.unreadable(code)
    case .noReport(let path):
      console.say("\(displayed(path)): is no report of a batch")
      return .unusableInput
    }
  }
}
