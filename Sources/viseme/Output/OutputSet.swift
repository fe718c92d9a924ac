import Demux
import Foundation
import Pipeline
import Support
import Transcript

/// All that one recording's transcript goes to.
final class OutputSet {
  private let plan: RunPlan
  private let job: RunPlan.Job
  private let console: Console
  private var outputs: [any TranscriptOutput] = []

  init(plan: RunPlan, job: RunPlan.Job, console: Console) {
    self.plan = plan
    self.job = job
    self.console = console
  }

  /// The files, in the order asked for.
  var paths: [String] {
    job.outputs.compactMap { output in
      if case .file(let path) = output.destination { path } else { nil }
    }
  }

  /// Makes the outputs; nothing has been transcribed yet, so a place that cannot be written is
  /// found before the work and not after.
  func begin(_ header: TranscriptHeader) throws(AtomicFileError) {
    if let folder = plan.outputDirectory { try FolderMaker.make(folder) }
    for output in job.outputs {
      switch output.destination {
      case .file(let path):
        outputs.append(
          try FileOutput(
            path: path, format: output.format, profile: plan.profile,
            replacing: plan.replacesOutputs))
      case .standardOutput:
        outputs.append(StreamOutput(format: output.format, profile: plan.profile))
      }
    }
    if plan.showsTranscript {
      outputs.append(
        ShownTranscript(
          console: console, title: plan.jobs.count > 1 ? displayed(job.name) : nil,
          showsTracks: job.request.options.track == .all, form: plan.profile.form))
    }
    try each { output throws(AtomicFileError) in try output.begin(header) }
  }

  func add(_ segment: Segment) throws(AtomicFileError) {
    try each { output throws(AtomicFileError) in try output.add(segment) }
  }

  /// Completes all of them, and pages with the `sound`.
  func finish(
    notes: [String], voices: [VoiceTurn] = [], sound: (any PageSound)? = nil
  ) throws(AtomicFileError) {
    try each { output throws(AtomicFileError) in
      try output.finish(notes: notes, voices: voices, sound: sound)
    }
  }

  /// Gives them their names, when all are complete: where one cannot have its own, there is none, and
  /// nothing stands in the way of the next run. Files that replaced others stay.
  func commit() throws(AtomicFileError) {
    do throws(AtomicFileError) {
      try each { output throws(AtomicFileError) in try output.commit() }
    } catch {
      for output in outputs { output.withdraw() }
      throw error
    }
  }

  /// A reader of standard output that goes away ends that output; the files go on. When nothing
  /// else is left to write, the error stops the run.
  private func each(
    _ body: (any TranscriptOutput) throws(AtomicFileError) -> Void
  ) throws(AtomicFileError) {
    var closed: [any TranscriptOutput] = []
    for output in outputs {
      do throws(AtomicFileError) {
        try body(output)
      } catch {
        guard case .brokenPipe = error, outputs.count - closed.count > 1 else { throw error }
        closed.append(output)
      }
    }
    outputs.removeAll { output in closed.contains { $0 === output } }
  }
}
