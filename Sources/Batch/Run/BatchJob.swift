import Demux
import Dispatch
import Foundation
import Pipeline
import SpeechModels
import Support
import Transcript

/// Deals with one recording: finds out what is known of it, claims it, transcribes it and writes its
/// outputs and its record.
///
/// Everything is written in an order that a kill at any moment only means doing this recording
/// again: the outputs under temporary names, the record, then the outputs' names. A worker that finds a
/// dead worker's claim goes on after the record, or removes what came before it.
struct BatchJob: Sendable {
  let task: BatchTask
  let settings: BatchSettings
  let services: BatchServices
  let claims: Claims
  let shard: Shard?
  let cancellation: Cancellation
  /// Called when the whole recording was handed to readers.
  var onCut: @Sendable () -> Void = {}
  /// Called for each segment: whether it was read before.
  var onSegment: @Sendable (Bool) -> Void = { _ in }

  /// What came of it.
  enum Outcome: Sendable {
    case settled(BatchResult)
    /// It failed, with the failure for those who decide about another try.
    case failed(BatchFailure, ReportLine)
    /// Another worker has it.
    case busy
    case cancelled
  }

  private enum Verdict {
    case settled(BatchResult)
    case open(Task)
  }

  /// What is to be done.
  private struct Task {
    let content: InputContent
    let fingerprint: String
    /// Formats that exist and are ours.
    let owned: Set<TranscriptFormat>
  }

  private var folder: StateFolder { StateFolder(outputs: task.place.folder) }
  private var key: String { StateFolder.key(task.place.stem) }

  /// What its record says of it; nil where there is something to do.
  func known() -> BatchResult? {
    guard let record = folder.read(key), case .settled(let result) = try? verdict(record)
    else { return nil }
    return result
  }

  /// Does it. A failure that lies in the recording is remembered.
  func run() -> Outcome {
    do throws(BatchFailure) {
      if let result = known() { return .settled(result) }
      let taken = try output { () throws(AtomicFileError) in
        try claims.take(folder, stem: task.place.stem)
      }
      guard let claim = taken else { return .busy }
      defer { claims.release(claim) }
      // Another worker may have finished it just before.
      switch try verdict(folder.read(key)) {
      case .settled(let result): return .settled(result)
      case .open(let task): return work(claim, task)
      }
    } catch {
      return .failed(error, line(.failed, failure: error))
    }
  }

  private func verdict(_ record: Record?) throws(BatchFailure) -> Verdict {
    let content = try input { () throws(InputFault) in
      try InputContent(of: task.item.path, before: record?.content)
    }
    let fingerprint = settings.fingerprint(task.item, content, stem: task.place.stem)
    if let record, record.line.fingerprint == fingerprint, !settings.isForced {
      var line = record.line
      line.input = task.item.path
      line.shard = shard?.description
      switch line.status {
      case .failed: return .settled(.remembered(line))
      case .done
      where settings.formats.allSatisfy({ access(task.place.path($0).fileBytes, F_OK) == 0 }):
        line.outputs = settings.formats.map { task.place.path($0) }
        return .settled(.kept(line))
      case .done: break
      }
    }
    return .open(
      Task(content: content, fingerprint: fingerprint, owned: record?.ownedFormats ?? []))
  }

  private func work(_ claim: Claim, _ open: Task) -> Outcome {
    let begin = DispatchTime.now().uptimeNanoseconds
    services.observe(.started(path: task.item.path))
    let stop = Cancellation()
    let token = cancellation.onCancel { stop.cancel() }
    defer { cancellation.remove(token) }
    claim.onLoss { stop.cancel() }
    let journal = journal(claim, open)
    // Readers may still have segments in work when the claim goes.
    defer { journal?.close() }
    do throws(BatchFailure) {
      let outputs = PartialOutputs(task.place, settings, claim: claim, owned: open.owned)
      let (summary, notes) = try transcribe(into: outputs, journal, stop)
      if stop.isCancelled { throw .transcription(.cancelled) }
      var line = line(.done, fingerprint: open.fingerprint)
      line.outputs = settings.formats.map { task.place.path($0) }
      line.audio = Self.rounded(summary.audioDuration)
      if let journal, journal.restored > 0 { line.resumed = Self.rounded(journal.restored) }
      line.words = outputs.words
      line.notes = notes.isEmpty ? nil : notes
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
      line.seconds = Self.rounded(seconds)
      if summary.audioDuration > 0 { line.rtf = Self.rounded(seconds / summary.audioDuration) }
      guard (try? InputContent.Identity(of: task.item.path)) == open.content.identity
      else {
        throw .changed
      }
      guard claim.isHeld else { return .busy }
      let record = Record(
        content: open.content, worker: claim.text.nonce,
        owned: open.owned.union(settings.formats), line: line)
      try output { () throws(AtomicFileError) in
        try folder.write(record, key, nonce: claim.text.nonce)
        try outputs.publish()
      }
      return .settled(.done(line))
    } catch {
      return failed(error, claim, open, journal)
    }
  }

  private func failed(
    _ failure: BatchFailure, _ claim: Claim, _ open: Task, _ journal: ReadingJournal?
  ) -> Outcome {
    if cancellation.isCancelled { return .cancelled }
    if claim.isLost || !claim.isHeld { return .busy }
    let line = line(.failed, failure: failure, fingerprint: open.fingerprint)
    if failure.kind.isLasting {
      let record = Record(
        content: open.content, worker: claim.text.nonce, owned: open.owned, line: line)
      // Where it cannot be remembered it is tried again.
      try? folder.write(record, key, nonce: claim.text.nonce)
    }
    if !failure.kind.isTransient, !failure.kind.concernsAll { journal?.remove() }
    return .failed(failure, line)
  }

  /// What is kept of the recording while it is in work; nil for a short one. Who asks for everything to
  /// be done again means what was read, too, but not what was read in this run.
  private func journal(_ claim: Claim, _ open: Task) -> ReadingJournal? {
    let choices = settings.choices(task.item)
    guard task.isKept(from: choices.start, to: choices.end) else { return nil }
    return ReadingJournal(
      claim, fingerprint: open.fingerprint, isWanted: !settings.isForced || task.attempts > 0)
  }

  private func checkpoints(_ journal: ReadingJournal) -> Checkpoints {
    Checkpoints { [onSegment] place in
      let read = journal.restore(place)
      onSegment(read?.isFinal ?? false)
      return read
    } keep: { place, read in
      journal.keep(place, read)
    }
  }

  private func transcribe(
    into outputs: PartialOutputs, _ journal: ReadingJournal?, _ stop: Cancellation
  ) throws(BatchFailure) -> (TranscriptionSummary, [String]) {
    let request = TranscriptionRequest(
      input: task.item.path, options: settings.choices(task.item))
    do throws(TranscriptionError) {
      let summary = try services.transcribe(request, journal.map(checkpoints), stop) {
        [services, task, onCut] progress in
        if progress.isCut { onCut() }
        services.observe(.progress(path: task.item.path, progress))
      } _: { header throws(TranscriptionError) in
        try Self.writing { () throws(AtomicFileError) in try outputs.begin(header) }
      } _: { segment throws(TranscriptionError) in
        try Self.writing { () throws(AtomicFileError) in try outputs.add(segment) }
      }
      let notes = services.notes(summary, request)
      try Self.writing { () throws(AtomicFileError) in
        try outputs.complete(notes: notes, voices: summary.voices ?? [])
      }
      return (summary, notes)
    } catch {
      throw .transcription(error)
    }
  }

  private func line(
    _ status: ReportLine.Status, failure: BatchFailure? = nil, fingerprint: String? = nil
  ) -> ReportLine {
    ReportLine(
      input: task.item.path, status: status, error: failure?.kind,
      cause: failure.map { services.explain($0, task.item.path) }, attempts: task.attempts + 1,
      model: "\(settings.model.name) \(settings.model.version)",
      program: "\(settings.program.name) \(settings.program.version)", fingerprint: fingerprint,
      shard: shard?.description, finished: ReportLine.now)
  }

  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

  private func output<Result>(
    _ body: () throws(AtomicFileError) -> Result
  ) throws(BatchFailure) -> Result {
    do throws(AtomicFileError) { return try body() } catch {
      throw .transcription(.output(error))
    }
  }

  private func input<Result>(
    _ body: () throws(InputFault) -> Result
  ) throws(BatchFailure) -> Result {
    do throws(InputFault) { return try body() } catch { throw .input(error) }
  }

  private static func writing(
    _ body: () throws(AtomicFileError) -> Void
  ) throws(TranscriptionError) {
    do throws(AtomicFileError) { try body() } catch { throw .output(error) }
  }
}

extension ReportLine {
  /// This moment, in UTC.
  static var now: String { Date().formatted(.iso8601) }
}
