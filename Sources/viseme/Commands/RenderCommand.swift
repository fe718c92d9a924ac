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
}

/// `viseme render`: one transcript after the other.
struct RenderCommand {
  let plan: RunPlan
  let console: Console

  /// - Returns: the code of the first failure.
  func run() -> ExitCode {
    var result = ExitCode.success
    for job in plan.jobs {
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
    let outputs = OutputSet(plan: plan, job: job, console: console)
    do throws(AtomicFileError) {
      try outputs.begin(transcript.header)
      for segment in transcript.segments { try outputs.add(segment) }
      try outputs.finish(notes: transcript.notes)
    } catch {
      throw .output(error)
    }
    guard !plan.isQuiet, !outputs.paths.isEmpty else { return }
    console.say("wrote \(outputs.paths.map { displayed($0) }.joined(separator: ", "))")
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
