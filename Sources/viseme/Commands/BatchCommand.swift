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
    if let start = transcription.start, let end = transcription.end, start >= end {
      throw .emptySpan(start: start, end: end)
    }
    if transcription.inputs.contains("-") { throw .batchOfStandardInput }
    try SpeechModelChoice.check(transcription.model, folder: transcription.models)
    try SpeechModelChoice.check(
      transcription.language, transcription.task, of: transcription.model,
      folder: transcription.models)
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
    let threads = budget.threads(ThreadCount.choose(requested: arguments.transcription.threads))
    let slowStart = SlowStart()
    let readers = BatchReaders(
      folder: arguments.transcription.models, model: arguments.transcription.model,
      lips: arguments.transcription.lips,
      lipModel: arguments.transcription.lipModel, threads: threads, slowStart: slowStart,
      cancellation: cancellation)
    let services = BatchServices(
      transcribe: readers.transcribe, explain: { BatchText.cause($0, path: $1) },
      notes: RecordingNotes.lines, observe: progress.observe, isIdle: { readers.areWaiting })
    let (operands, manifests) = (arguments.transcription.inputs, arguments.manifests)
    let run = BatchRun(
      inputs: { InputList(operands: operands, manifests: manifests) }, settings: settings,
      options: options(threads: threads, budget), services: services, slowStart: slowStart,
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
    let model = SpeechModelChoice.identity(transcription.model, folder: transcription.models)
    var options = ItemOptions()
    options.track = transcription.track
    options.start = transcription.start
    options.end = transcription.end
    options.context = transcription.context
    options.language = transcription.language
    options.task = transcription.task
    var settings = BatchSettings(
      formats: transcription.formats ?? RunPlan.standardFormats, profile: profile,
      options: options, directory: transcription.outputDirectory,
      model: ModelInfo(name: model.name, version: model.version),
      program: ModelInfo(name: "viseme", version: Program.version))
    settings.channels = transcription.channels
    settings.lips = transcription.lips
    settings.lipModel = transcription.lipModel
    settings.isForced = transcription.replacesOutputs
    return settings
  }

  private func options(threads: Int, _ budget: MemoryBudget) -> BatchOptions {
    let folder = arguments.transcription.outputDirectory.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    let name = shard.map { "report-\($0.index)of\($0.count).jsonl" } ?? "report.jsonl"
    var options = BatchOptions(report: arguments.report ?? (folder ?? "") + name)
    options.jobs = arguments.jobs ?? 4 * threads
    options.threads = arguments.jobs == nil ? threads : nil
    options.memory = budget.forRecordings(threads: threads)
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
    return ExitCode(outcome.totals)
  }
}

/// The readers of a batch, started for its first recording.
private final class BatchReaders: Sendable {
  private let folder: String?
  private let model: String?
  private let lips: LipUse
  private let lipModel: LipModelChoice
  private let threads: Int
  private let slowStart: SlowStart
  private let cancellation: Cancellation
  private let models = LoadedModels()
  private let started = Mutex<SharedReaders?>(nil)

  init(
    folder: String?, model: String?, lips: LipUse, lipModel: LipModelChoice, threads: Int,
    slowStart: SlowStart, cancellation: Cancellation
  ) {
    self.folder = folder
    self.model = model
    self.lips = lips
    self.lipModel = lipModel
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
        models: try models.models(folder: folder, model: model, lips: lipModel), threads: threads,
        lips: lips,
        slowStart: slowStart, cancellation: cancellation)
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
    for shard in merged.missingShards {
      console.say("no line of shard \(shard): it has no recording, or its report is missing")
    }
    if let output = arguments.output, let code = write(merged, to: output) { return code }
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
      return code == ENOENT ? .noInput : .ioError
    case .noReport(let path):
      console.say("\(displayed(path)): is no report of a batch")
      return .unusableInput
    }
  }
}
