import Demux
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

/// Why a recording was not transcribed, or its page not written.
enum TranscribeError: Error {
  case run(TranscriptionError)
  case page(PageSoundFault)

  /// Nil where there is nothing to say.
  func failure(name: String) -> Failure? {
    switch self {
    case .run(let error): ErrorText.failure(error, name: name)
    case .page(let fault): PageSoundText.failure(fault, name: name)
    }
  }

  /// Whether it would be the same with every recording.
  var concernsAll: Bool {
    switch self {
    case .run(let error): Self.concernsAll(error)
    case .page(.cancelled), .page(.sound(.coding, _)): true
    case .page(.pipe), .page(.noRecording), .page(.sound(.recording, _)): false
    }
  }

  private static func concernsAll(_ error: TranscriptionError) -> Bool {
    switch error {
    case .cancelled, .model, .lipModel, .otherLipModel, .noFusionBaselines: true
    case .demux, .output, .fault, .language, .cannotTranslate: false
    }
  }

  fileprivate static func running<Result>(
    _ body: () throws(TranscriptionError) -> Result
  ) throws(TranscribeError) -> Result {
    do throws(TranscriptionError) { return try body() } catch { throw .run(error) }
  }

  fileprivate static func writing(
    _ body: () throws(AtomicFileError) -> Void
  ) throws(TranscribeError) {
    do throws(AtomicFileError) { try body() } catch { throw .run(.output(error)) }
  }
}

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
      do throws(TranscribeError) {
        try run(job, place: place)
      } catch {
        guard let failure = error.failure(name: job.name) else { return result }
        console.say(failure.message)
        if result == .success { result = failure.code }
        if error.concernsAll { return failure.code == .interrupted ? .interrupted : result }
      }
    }
    return result
  }

  private func run(_ job: RunPlan.Job, place: String) throws(TranscribeError) {
    if cancellation.isCancelled { throw .run(.cancelled) }
    let embedsSound = plan.embedsSound(in: job)
    if embedsSound, let fault = RecordingSound.obstacle(to: job.request) { throw .page(fault) }
    let outputs = OutputSet(plan: plan, job: job, console: console)
    let line =
      showsProgress(job) ? ProgressLine(console: console, label: place + displayed(job.name)) : nil
    defer { line?.end() }
    let begin = DispatchTime.now().uptimeNanoseconds
    let summary = try TranscribeError.running { () throws(TranscriptionError) in
      try hear(job, outputs, line)
    }
    let notes = RecordingNotes.lines(summary, job.request)
    let sound = embedsSound ? try sound(of: job.request, line) : nil
    try TranscribeError.writing { () throws(AtomicFileError) in
      try outputs.finish(notes: notes, voices: summary.voices ?? [], sound: sound)
    }
    if let fault = sound?.fault { throw .page(fault) }
    try TranscribeError.writing { () throws(AtomicFileError) in try outputs.commit() }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
    line?.end()
    plan.report(
      job, summary, notes: notes + (sound?.notes ?? []), paths: outputs.paths, elapsed: elapsed,
      console: console)
  }

  private func hear(
    _ job: RunPlan.Job, _ outputs: OutputSet, _ line: ProgressLine?
  ) throws(TranscriptionError) -> TranscriptionSummary {
    let summary = try transcribe(job.request, cancellation, { line?.update($0) }) {
      header throws(TranscriptionError) in
      try TranscriptionError.writing { () throws(AtomicFileError) in try outputs.begin(header) }
    } _: { segment throws(TranscriptionError) in
      try TranscriptionError.writing { () throws(AtomicFileError) in try outputs.add(segment) }
    }
    if cancellation.isCancelled { throw .cancelled }
    return summary
  }

  private func sound(
    of request: TranscriptionRequest, _ line: ProgressLine?
  ) throws(TranscribeError) -> RecordingSound {
    do throws(PageSoundFault) {
      return try RecordingSound(request, cancellation: cancellation, line: line)
    } catch { throw .page(error) }
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
