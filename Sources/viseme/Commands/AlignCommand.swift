import Alignment
import Dispatch
import Foundation
import Pipeline
import Support
import Transcript

/// Why a script was not aligned.
enum AlignError: Error {
  case script(ScriptError)
  case recording(TranscriptionError)
  /// The recording is a pipe, which can be read only once.
  case pipe
  /// The script is of something else; the share of its words that was heard.
  case unrelated(share: Double)
}

/// `viseme align`: a script and a recording of it.
struct AlignCommand {
  let script: String
  let plan: RunPlan
  let console: Console
  let cancellation: Cancellation

  func run() -> ExitCode {
    guard let job = plan.jobs.first else { return .success }
    do throws(AlignError) {
      try run(job)
      return .success
    } catch {
      guard let failure = AlignText.failure(error, script: script, recording: job.name) else {
        return .success
      }
      console.say(failure.message)
      return failure.code
    }
  }

  private func run(_ job: RunPlan.Job) throws(AlignError) {
    let text: Script
    do throws(ScriptError) { text = try ScriptFile.read(script) } catch { throw .script(error) }
    if TranscriptionRequest.isPipe(job.request.input) { throw .pipe }
    let share: Double?
    do throws(TranscriptionError) { share = try align(text, job) } catch {
      throw .recording(error)
    }
    if let share { throw .unrelated(share: share) }
  }

  /// Returns the share of the script that was heard where it is of something else.
  private func align(_ text: Script, _ job: RunPlan.Job) throws(TranscriptionError) -> Double? {
    let outputs = OutputSet(plan: plan, job: job, console: console)
    // A place that cannot be written is found before the work, but a stream is not begun for nothing.
    let streams = job.outputs.contains { $0.destination == .standardOutput }
    let line =
      plan.isQuiet || !console.isTerminal
      ? nil : ProgressLine(console: console, label: displayed(job.name))
    defer { line?.end() }
    let begin = DispatchTime.now().uptimeNanoseconds
    let loaded = LoadedModels()
    let aligner = ScriptAligner(
      Transcriber { () throws(TranscriptionError) in try loaded.models(job.request.options) })
    var late: TranscriptHeader?
    let outcome = try aligner.run(
      text, job.request, program: ModelInfo(name: "viseme", version: Program.version),
      cancellation: cancellation, progress: { line?.update($0) }
    ) { header throws(TranscriptionError) in
      var header = header
      let name = URL(filePath: script).lastPathComponent
      header.settings.append(Setting(name: "script", value: .text(name.readableFileName)))
      if streams {
        late = header
      } else {
        try TranscriptionError.writing { () throws(AtomicFileError) in try outputs.begin(header) }
      }
    }
    if cancellation.isCancelled { throw .cancelled }
    guard case .aligned(let segments, let account, let summary) = outcome else {
      if case .unrelated(let share) = outcome { return share }
      return nil
    }
    let notes = RecordingNotes.lines(summary, job.request)
    try TranscriptionError.writing { () throws(AtomicFileError) in
      if let late { try outputs.begin(late) }
      for segment in segments { try outputs.add(segment) }
      try outputs.finish(notes: notes + AlignText.notes(account, isFull: true))
      try outputs.commit()
    }
    line?.end()
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
    plan.report(
      job, summary, notes: notes + AlignText.notes(account, isFull: false), paths: outputs.paths,
      elapsed: elapsed, console: console)
    return nil
  }
}
