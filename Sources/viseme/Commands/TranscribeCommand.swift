import Dispatch
import Foundation
import Pipeline
import Support
import Transcript

/// Transcribes one recording: calls `begin` once the recording and the models are open, `segment`
/// for each segment in the order of starts, both on the calling thread, and `progress` from any
/// thread; returns when all is done, or throws `.cancelled` after a cancellation.
typealias TranscribeRecording = (
  _ request: TranscriptionRequest, _ cancellation: Cancellation,
  _ progress: @escaping @Sendable (TranscriptionProgress) -> Void,
  _ begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
  _ segment: (Segment) throws(TranscriptionError) -> Void
) throws(TranscriptionError) -> TranscriptionSummary

/// `viseme transcribe`: one recording after the other.
struct TranscribeCommand {
  let plan: RunPlan
  let console: Console
  let cancellation: Cancellation
  let transcribe: TranscribeRecording

  /// - Returns: the code of the first failure. Recordings after a failed one are still
  ///   transcribed, unless the failure concerns all of them.
  func run() -> ExitCode {
    var result = ExitCode.success
    for (index, job) in plan.jobs.enumerated() {
      let place = plan.jobs.count > 1 ? "[\(index + 1)/\(plan.jobs.count)] " : ""
      do throws(TranscriptionError) {
        try run(job, place: place)
      } catch {
        guard let failure = ErrorText.failure(error, name: job.name) else { return result }
        console.say(failure.message)
        if result == .success { result = failure.code }
        if Self.concernsAll(error) { return failure.code == .interrupted ? .interrupted : result }
      }
    }
    return result
  }

  private static func concernsAll(_ error: TranscriptionError) -> Bool {
    switch error {
    case .cancelled, .model, .lipModel, .otherLipModel, .noFusionBaselines: true
    case .demux, .output, .fault, .language, .cannotTranslate: false
    }
  }

  private func run(_ job: RunPlan.Job, place: String) throws(TranscriptionError) {
    if cancellation.isCancelled { throw .cancelled }
    let outputs = OutputSet(plan: plan, job: job, console: console)
    let line =
      showsProgress(job) ? ProgressLine(console: console, label: place + displayed(job.name)) : nil
    defer { line?.end() }
    let begin = DispatchTime.now().uptimeNanoseconds
    let summary = try transcribe(job.request, cancellation, { line?.update($0) }) {
      header throws(TranscriptionError) in
      try TranscriptionError.writing { () throws(AtomicFileError) in try outputs.begin(header) }
    } _: { segment throws(TranscriptionError) in
      try TranscriptionError.writing { () throws(AtomicFileError) in try outputs.add(segment) }
    }
    if cancellation.isCancelled { throw .cancelled }
    let notes = RecordingNotes.lines(summary, job.request)
    try TranscriptionError.writing { () throws(AtomicFileError) in
      try outputs.finish(notes: notes, voices: summary.voices ?? [])
    }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
    line?.end()
    plan.report(
      job, summary, notes: notes, paths: outputs.paths, elapsed: elapsed, console: console)
  }

  /// Text that streams to a terminal stands where the line of progress would, and what reads a pipe
  /// (less, tee) may show it on the same terminal.
  private func showsProgress(_ job: RunPlan.Job) -> Bool {
    let streams = job.outputs.contains { $0.destination == .standardOutput }
    if plan.isQuiet || !console.isTerminal { return false }
    if streams, isatty(STDOUT_FILENO) == 1 { return false }
    return !((streams || plan.showsTranscript) && StandardOutput.isPipe)
  }
}

extension RunPlan {
  /// Tells what is to be known of a recording that is done.
  func report(
    _ job: Job, _ summary: TranscriptionSummary, notes: [String], paths: [String],
    elapsed: Double, console: Console
  ) {
    guard !isQuiet else { return }
    for note in notes { console.say("\(displayed(job.name)): \(note)") }
    if !paths.isEmpty {
      console.say("wrote \(paths.map { displayed($0) }.joined(separator: ", "))")
    }
    guard isVerbose else { return }
    for text in TimingText.lines(
      summary, elapsed: elapsed, threads: job.request.threads, peakMemory: ProcessFacts.peakMemory)
    {
      console.line(text)
    }
  }
}

extension TranscriptionError {
  /// Makes a failure to write one of the run.
  static func writing(
    _ body: () throws(AtomicFileError) -> Void
  ) throws(TranscriptionError) {
    do throws(AtomicFileError) { try body() } catch { throw .output(error) }
  }
}
