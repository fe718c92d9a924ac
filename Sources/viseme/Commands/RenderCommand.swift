import Demux
import Foundation
import Pipeline
import Support
import Transcript

/// Why a transcript was not written in other formats.
enum RenderError: Error {
  /// The value is `errno`.
  case unreadable(Int32)
  case file(TranscriptFileError)
  case output(AtomicFileError)
  case page(PageSoundFault)
}

/// `viseme render`: one transcript after the other.
struct RenderCommand {
  let plan: RunPlan
  /// The transcript's recording, where it is named.
  let recording: String?
  let console: Console
  let cancellation: Cancellation

  /// - Returns: the code of the first failure.
  func run() -> ExitCode {
    var result = ExitCode.success
    for job in plan.jobs {
      if cancellation.isCancelled { return .interrupted }
      do throws(RenderError) {
        try run(job)
      } catch {
        // A reader of standard output that went away has what it wanted.
        if case .output(.brokenPipe) = error { return result }
        let failure = RenderText.failure(error, name: job.name)
        console.say(failure.message)
        if result == .success { result = failure.code }
      }
    }
    return result
  }

  private func run(_ job: RunPlan.Job) throws(RenderError) {
    let transcript = try Self.read(job.request.input)
    let line = ProgressLine(console: console, label: displayed(job.name))
    let sound = plan.embedsSound(in: job) ? try sound(of: transcript, job, line) : nil
    let outputs = OutputSet(plan: plan, job: job, console: console)
    do throws(AtomicFileError) {
      try outputs.begin(transcript.header)
      for segment in transcript.segments { try outputs.add(segment) }
      try outputs.finish(notes: transcript.notes, sound: sound)
      line.end()
      if sound?.fault == nil { try outputs.commit() }
    } catch {
      throw .output(error)
    }
    if let fault = sound?.fault { throw .page(fault) }
    guard !plan.isQuiet else { return }
    for note in sound?.notes ?? [] { console.say("\(displayed(job.name)): \(note)") }
    guard !outputs.paths.isEmpty else { return }
    console.say("wrote \(outputs.paths.map { displayed($0) }.joined(separator: ", "))")
  }

  /// The sound of the transcript's recording.
  private func sound(
    of transcript: Transcript, _ job: RunPlan.Job, _ line: ProgressLine
  ) throws(RenderError) -> RecordingSound {
    let request = TranscriptionRequest(
      recordingOf: transcript.header, named: recording, transcript: job.request.input)
    do throws(PageSoundFault) {
      let sound = try RecordingSound(
        request, cancellation: cancellation, line: plan.isQuiet ? nil : line)
      let note = PageSoundText.note(found: sound.duration, told: transcript.source.duration)
      if let note, !plan.isQuiet { console.say("\(displayed(request.input)): \(note)") }
      return sound
    } catch {
      if recording == nil, case .sound(.recording(.notFound), let path) = error {
        throw .page(.noRecording(path))
      }
      throw .page(error)
    }
  }

  /// The transcript in a JSON file, or from standard input ("-").
  static func read(_ input: String) throws(RenderError) -> Transcript {
    let data: Data
    do throws(WholeFile.Unreadable) {
      data = try WholeFile.read(input == "-" ? "/dev/stdin" : input, takesPipe: true)
    } catch {
      throw .unreadable(error.code)
    }
    do throws(TranscriptFileError) { return try TranscriptFile.read(data) } catch {
      throw .file(error)
    }
  }
}
